import Testing

@testable import WebTerm

@Suite("Telnet, what is held back") struct HeldLineTests {
  /// What is shown of pieces, in order, and the commands that were found.
  private static func read(_ pieces: [[UInt8]]) -> (shown: [UInt8], commands: [UInt8]?, left: Int) {
    var line = HeldLine()
    var (shown, commands, left): ([UInt8], [UInt8]?, Int) = ([], nil, 0)
    for piece in pieces {
      guard commands == nil else {
        left += piece.count
        continue
      }
      var position = 0
      let range = line.next(piece.span, &position)
      shown += line.takeReleased()
      if let range { shown += piece[range] }
      left += piece.count - position
      commands = line.takeCommands()
    }
    return (shown + line.releaseHeld(), commands, left)
  }

  @Test("a line without commands is shown byte by byte, wherever it is cut", arguments: 0..<40)
  func data(_ seed: UInt64) {
    var random = SplitMix(state: seed)
    // An IAC before a byte that is no command.
    let line = (0..<Int.random(in: 1...80, using: &random)).flatMap { _ in
      Bool.random(using: &random) ? [UInt8.random(in: 0..<240, using: &random)] : [255, 7]
    }
    let cut = Int.random(in: 0...line.count, using: &random)
    let read = Self.read([Array(line[..<cut]), Array(line[cut...])])
    #expect(read.shown == line && read.commands == nil && read.left == 0)
  }

  @Test("a command that decides is told once, and what follows it is left", arguments: 0...5)
  func commands(_ cut: Int) {
    // 65 66 IAC DO ECHO 67
    let line: [UInt8] = [65, 66, 255, 253, 1, 67]
    let read = Self.read([Array(line[..<cut]), Array(line[cut...])])
    #expect(read.shown == [65, 66] && read.commands == [255, 253, 1] && read.left == 1)
  }
}

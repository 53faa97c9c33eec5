// Lines of which it is not known what they are: when they are telnet, and that nothing is lost
// meanwhile.

import Testing

@testable import WebTerm

private let iac: UInt8 = 255
private let (will, wont, `do`, dont): (UInt8, UInt8, UInt8, UInt8) = (251, 252, 253, 254)
private let (sb, se): (UInt8, UInt8) = (250, 240)

/// A line in mode `auto`, and what became of what it said.
private struct Line {
  var session: TelnetSession
  var shown: [UInt8] = []

  /// - Parameter isSilent: Whether it has said nothing for so long that it is taken for raw.
  init(isSilent: Bool = true) {
    session = TelnetSession(
      TelnetSettings(),
      TelnetFacts(
        terminalType: "xterm", user: nil, charset: "utf-8", columns: 80, rows: 24))
    if isSilent { session.giveUpWaiting() }
  }

  mutating func hear(_ bytes: [UInt8]) {
    var position = 0
    while let range = session.next(bytes.span, &position) {
      shown += session.takeReleased()
      shown += bytes[range]
    }
    shown += session.takeReleased()
    #expect(position == bytes.count)
  }

  mutating func wait() { shown += session.releaseHeld() }

  /// Enter is CR alone at a raw line.
  var isTelnet: Bool { session.keys.encode([13].span) == [13, 0] }
}

/// What is compared; where it differs, the seed is told with it.
private struct Outcome: Equatable {
  let shown: [UInt8]
  let answers: [UInt8]
  let isTelnet: Bool
  let seed: UInt64

  init(line: Line, seed: UInt64) {
    shown = line.shown
    answers = line.session.answers
    isTelnet = line.isTelnet
    self.seed = seed
  }
}

@Suite("Telnet, guessing") struct TelnetGuessTests {
  private static let banner = Array("Welcome to rack1-sw01\r\n".utf8)

  @Test(
    "a command of an option that hosts open with decides, whenever it comes",
    arguments: [
      [iac, will, 1], [iac, wont, 1], [iac, `do`, 31], [iac, dont, 24], [iac, `do`, 37],
      [iac, will, 0], [iac, `do`, 6], [iac, sb, 24, 1, iac, se],
      [iac, sb, 39, 1, 0, 85, iac, iac, 83, iac, se],
      [iac, `do`, 99, iac, will, 200, iac, will, 3],
      [iac, sb, 24, 1, iac, will, 1],
    ] as [[UInt8]])
  func decides(_ command: [UInt8]) {
    for noise in [[], Self.banner, Self.banner + [iac, 13, 10], [iac, 200], [iac, will, iac]] {
      for isSilent in [true, false] {
        expectSameForEveryCut(of: noise + command + [65, iac, iac, 66]) { pieces in
          var line = Line(isSilent: isSilent)
          for piece in pieces { line.hear(piece) }
          let isWhole = command.starts(with: [iac, sb, 24, 1, iac, will])
          // What another command interrupts is no subnegotiation, and was no word of telnet's.
          let before = noise + (isWhole ? [iac, sb, 24, 1] : [])
          #expect(line.isTelnet && line.session.isDecided)
          // At the end of a piece of noise an IAC belongs to what follows it.
          #expect(line.shown == before + [65, 255, 66])
          return [line.shown, line.session.answers]
        }
      }
    }
  }

  @Test(
    "noise does not decide, and is shown as it is",
    arguments: [
      [iac], [iac, iac], [iac, iac, iac], [iac, 0], [iac, 241], [iac, 249, iac, 246],
      [iac, will, 0xaa],
      [iac, `do`, 200, iac, dont, 99], [iac, will], [iac, sb], [iac, sb, 24],
      [iac, sb, 99, iac, se],
      [iac, sb, 24, 1, 2, iac, 65], [iac, sb, 24] + [UInt8](repeating: 7, count: 100) + [iac, se],
      [iac, 242], [0, 0, iac, 0, iac], [iac, sb, iac, sb, 200], [iac, will, iac, iac, 65],
    ] as [[UInt8]])
  func noise(_ noise: [UInt8]) {
    let bytes = noise + Array("\r\nBooting...\r\nlogin: ".utf8)
    expectSameForEveryCut(of: bytes) { pieces in
      var line = Line()
      for piece in pieces { line.hear(piece) }
      line.wait()
      #expect(line.shown == bytes && !line.isTelnet && line.session.answers == [])
      #expect(line.session.keys.encode([97, 255, 13].span) == [97, 255, 13])
      return line.shown
    }
  }

  @Test("what is held back is shown after a while, once, and still counts as a beginning")
  func waiting() {
    for cut in 1...2 {
      let command: [UInt8] = [iac, will, 1]
      var line = Line()
      line.hear([65] + command[..<cut])
      #expect(line.shown == [65] && line.session.isHolding)
      line.wait()
      line.wait()
      #expect(line.shown == [65] + command[..<cut] && !line.session.isHolding)
      var raw = line
      raw.hear([66, 67])
      #expect(raw.shown == [65] + command[..<cut] + [66, 67] && !raw.isTelnet)
      line.hear(Array(command[cut...]) + [66])
      #expect(line.shown == [65] + command[..<cut] + [66] && line.isTelnet)
      #expect(line.session.answers == [iac, `do`, 1])
    }
  }

  @Test("random noise, cut and waited for at random, is shown byte by byte", arguments: 0..<40)
  func random(_ number: UInt64) {
    let seed = UInt64.random(in: 0...UInt64.max) &+ number
    var generator = SeededGenerator(seed: seed)
    let frequent: [UInt8] = [255, 255, 250, 251, 253, 240, 0, 1, 13, 24, 31, 99, 200]
    var bytes: [UInt8] = []
    for _ in 0..<Int.random(in: 1...400, using: &generator) {
      let isFrequent = Bool.random(using: &generator)
      let byte =
        isFrequent
        ? frequent.randomElement(using: &generator) ?? 0
        : UInt8.random(in: 0...255, using: &generator)
      // No verb and no subnegotiation: what else follows an IAC is noise.
      bytes.append(bytes.last == iac && (250...254).contains(byte) ? 249 : byte)
    }
    let isTelnetAfter = Bool.random(using: &generator)
    if bytes.last == iac { bytes.append(65) }
    let all = bytes + (isTelnetAfter ? [iac, will, 3, 66] : [])
    var line = Line(isSilent: Bool.random(using: &generator))
    var rest = all[...]
    while !rest.isEmpty {
      let count = Int.random(in: 1...min(rest.count, 9), using: &generator)
      line.hear(Array(rest.prefix(count)))
      rest = rest.dropFirst(count)
      // Of the command nothing is waited for: a part of it would be shown.
      if rest.count > 4, Bool.random(using: &generator) { line.wait() }
    }
    let wanted = bytes + (isTelnetAfter ? [66] : [])
    #expect(line.shown == wanted, "seed \(seed)")
    #expect(line.isTelnet == isTelnetAfter, "seed \(seed)")
  }

  @Test("whatever comes, cuts change nothing", arguments: 0..<40)
  func anything(_ number: UInt64) {
    let seed = UInt64.random(in: 0...UInt64.max) &+ number
    var generator = SeededGenerator(seed: seed)
    let frequent: [UInt8] = [255, 250, 251, 252, 253, 254, 240, 1, 3, 24, 13, 0, 99]
    let bytes = (0..<60).map { _ in frequent.randomElement(using: &generator) ?? 0 }
    expectSameForEveryCut(of: bytes) { pieces in
      var line = Line()
      for piece in pieces { line.hear(piece) }
      line.wait()
      return Outcome(line: line, seed: seed)
    }
  }
}

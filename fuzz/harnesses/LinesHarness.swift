// A host that wants to be read wrongly, and an administrator's pattern.

@testable import WebTerm

/// Lines of text: however the bytes are cut they are the same, bounded, whole UTF-8 without
/// controls, and none begins as the log's own do. A pattern made of the bytes is one or says why it
/// is none, and finds the same whatever it has kept.
enum LinesHarness: Harness {
  static let seeds: [[UInt8]] = [
    Array("10 %\r20 %\r\npass\u{8} \u{8}\t漢e\u{301}\u{1b}[1Kx\u{1b}[K\n[-- x\n".utf8),
    Array("\u{1b}]0;title\nnext\u{1b}P1\n\u{1b}[31mred\u{1b}[2J\u{84}\u{2028}[-- \n".utf8),
    Array("(a|[^b-d]*)+\\d{2,5}?$|\\bx\\.\u{0}aa\n12".utf8), [0xe2, 0x82, 0x0a, 0xff, 0x61, 0x0a],
    Array("x\n[--".utf8),
  ]

  static func run(_ bytes: [UInt8]) {
    let whole = lines([bytes])
    require(whole == lines(pieces(of: bytes)), "where bytes are cut changes no line")
    for line in whole {
      require(
        line.count <= LineText.longestLine + LineText.cutMark.utf8.count + 1, "lines are bounded")
      let text = String(decoding: line, as: UTF8.self)
      require(Array(text.utf8) == line, "lines are UTF-8")
      require(
        text.unicodeScalars.allSatisfy { $0 == "\t" || $0.properties.generalCategory != .control },
        "no line has controls")
      require(!line.starts(with: "[-- ".utf8), "no line passes for the log's own")
    }
    let text = String(decoding: bytes.prefix(100), as: UTF8.self)
    guard let pattern = try? Pattern(text) else { return }
    for line in whole + [bytes] {
      let found = line.withUnsafeBufferPointer { pattern.isFound(in: $0) }
      let again = line.withUnsafeBufferPointer { pattern.isFound(in: $0) }
      require(found == again, "what is kept changes nothing")
    }
  }

  private static func lines(_ pieces: [[UInt8]]) -> [[UInt8]] {
    var text = LineText()
    var lines: [[UInt8]] = []
    for piece in pieces { piece.withUnsafeBufferPointer { text.take($0) { lines.append($0) } } }
    require(text.memory < 100_000, "memory is bounded")
    return lines + [text.flushUnfinished()].compactMap(\.self)
  }
}

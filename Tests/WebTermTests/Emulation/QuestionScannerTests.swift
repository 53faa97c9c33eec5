// What a host asks, found in what it says.

import Testing

@testable import WebTerm

@Suite("Questions of a host") struct QuestionScannerTests {
  /// Where the first question begins, and where an unfinished sequence does, whatever the pieces
  /// are.
  private struct Found: Equatable {
    var question: Int?
    var unfinished: Int?
  }

  private func find(
    _ pieces: [[UInt8]], _ controls: QuestionScanner.Controls = .utf8, beyond answered: Int = 0,
    from start: Int = 0
  ) -> Found {
    var scanner = QuestionScanner(at: start, controls)
    for piece in pieces {
      let question = piece.withUnsafeBufferPointer { scanner.scan($0, beyond: answered) }
      if let question { return Found(question: question, unfinished: nil) }
    }
    return Found(question: nil, unfinished: scanner.unfinished)
  }

  static let questions = [
    "\u{1b}[c", "\u{1b}[0c", "\u{1b}[>c", "\u{1b}[>0c", "\u{1b}[=c", "\u{1b}[5n", "\u{1b}[6n",
    "\u{1b}[06n", "\u{1b}[?6n", "\u{1b}[?996n", "\u{1b}[4$p", "\u{1b}[?2026$p", "\u{1b}[>q",
    "\u{1b}[>0q", "\u{1b}[?u", "\u{1b}[14t", "\u{1b}[18t", "\u{1b}[21t", "\u{1b}[14;2t",
    "\u{1b}]10;?\u{7}", "\u{1b}]11;?\u{1b}\\", "\u{1b}]4;1;?\u{7}",
    "\u{1b}]4;1;rgb:0/0/0;2;?\u{7}",
    "\u{1b}]52;c;?\u{7}", "\u{1b}P$qm\u{1b}\\", "\u{1b}P+q544e\u{1b}\\", "\u{1b}[1$w", "\u{1b}[x",
    // A control in a sequence is carried out, and the sequence goes on.
    "\u{1b}[\n6n", "\u{9b}6n", "\u{9d}11;?\u{9c}", "\u{90}$qm\u{9c}",
    // What was begun and given up does not hide what follows.
    "\u{1b}[1\u{1b}[6n", "\u{1b}]0;title\u{1b}[6n",
  ]

  static let statements = [
    "text", "\u{1b}[m", "\u{1b}[1c", "\u{1b}[?1;2c", "\u{1b}[1n", "\u{1b}[>1n", "\u{1b}[8;24;80t",
    "\u{1b}[22;0t", "\u{1b}[23t", "\u{1b}[ q", "\u{1b}[2 q", "\u{1b}[>1u", "\u{1b}[u", "\u{1b}[=1u",
    "\u{1b}[!p", "\u{1b}[?1049h", "\u{1b}]0;who?\u{7}", "\u{1b}]2;?\u{7}",
    "\u{1b}]11;rgb:1/2/3\u{7}",
    "\u{1b}]8;;https://h/?\u{7}", "\u{1b}P1$r0m\u{1b}\\", "\u{1b}Pq#0\u{1b}\\",
    "\u{1b}X[6n\u{1b}\\",
    "\u{1b}_[6n\u{1b}\\", "\u{1b}[6\u{18}n", "\u{1b}]11;?\u{18}", "\u{1b}(B", "\u{1b}[6?n", "[6n",
    "\u{1b}]?\u{7}", "\u{1b}]11;?é\u{7}", "\u{1b}]11;?Â\u{7}",
  ]

  @Test("each question is found where it begins, whatever the cuts", arguments: questions)
  func finds(_ question: String) {
    let bytes = Array(("é before" + question + "behind").utf8)
    let given = ["\u{1b}[1\u{1b}": 3, "\u{1b}]0": 9].first { question.hasPrefix($0.key) }
    let beginning = given?.value ?? 0
    expectSameForEveryCut(of: bytes) { pieces in find(pieces) }
    #expect(find([bytes]).question == 9 + beginning)
    // One that has ended where everything was answered does not count; one that is a byte longer
    // does.
    let end = 9 + question.utf8.count
    #expect(find([bytes], beyond: end).question == nil || question.hasSuffix("\\"))
    #expect(find([bytes], beyond: end - (question.hasSuffix("\\") ? 2 : 1)).question != nil)
  }

  @Test("nothing else is taken for one", arguments: statements)
  func findsNothing(_ statement: String) {
    expectSameForEveryCut(of: Array((statement + "more").utf8)) { pieces in find(pieces) }
    #expect(find([Array((statement + "more").utf8)]).question == nil)
  }

  @Test("how a host says C1 controls decides what is one")
  func controls() {
    #expect(find([[65, 0x9b, 0x36, 0x6e]], .bytes).question == 1)
    #expect(find([[65, 0x9b, 0x36, 0x6e]], .utf8).question == nil)
    // Half of a character in Shift-JIS, or of U+209B.
    #expect(find([[0x90, 0x9b, 0x36, 0x6e]], .onlyEscaped).question == nil)
    #expect(find([[0xe2, 0x82, 0x9b, 0x36, 0x6e]], .utf8).question == nil)
    #expect(find([[0xc2, 0x9b, 0x36, 0x6e]], .onlyEscaped).question == nil)
  }

  @Test("where an unfinished sequence begins is told, unless it is too long to ask")
  func unfinished() {
    for question in Self.questions {
      let bytes = Array(question.utf8)
      for count in 1..<bytes.count {
        let found = find([[65, 66], Array(bytes.prefix(count))])
        #expect(found.question != nil || found.unfinished != nil, "\(question) at \(count)")
      }
    }
    let long = Array("\u{1b}]11;".utf8) + [UInt8](repeating: 0x3b, count: 9000)
    let found = find([long + Array("?\u{7}".utf8)])
    #expect(found.question == nil && (found.unfinished ?? .max) > 4096)
  }

  @Test("random bytes in random pieces have the same result")
  func noise() {
    var generator = SeededGenerator(seed: 28)
    let parts =
      [
        "\u{1b}", "[", "]", "P", "6", "n", "c", ";", "?", ">", "$", "q", "\u{7}", "\\", "11",
        "\u{18}",
      ].map { Array($0.utf8) } + [[0xc2], [0x9b], [0x9d], [0x9c], [65]]
    for _ in 0..<500 {
      let bytes = (0..<12).flatMap { _ in parts.randomElement(using: &generator) ?? [] }
      expectSameForEveryCut(of: bytes) { pieces in find(pieces) }
    }
  }
}

// How far output may be skipped: what the host asks in it is answered.

/// Looks through what is being skipped for questions of the host (`CSI 6n` and others) that no page
/// has been sent. The skip ends before the first one; what follows it is kept and sent as ever.
struct SkipLimit {
  /// So many bytes before the skip are looked through, too: a question may be half sent.
  private static let before = 4096

  private var scanner: QuestionScanner
  private let answered: Int
  private var question: Int?
  /// Where a page could begin to decode last, and which set the text is in now, where the host's
  /// character set has such.
  private var plain = 0
  private var shift: ShiftState?
  /// A text that is not plain for so many bytes is cut all the same.
  private static let longestShift = 65536

  /// - Parameters:
  ///   - output: What is to be skipped, from `sent` on.
  ///   - sent: How much of it the viewer was sent.
  init(of output: TerminalOutput, from sent: Int) {
    answered = output.highestSent
    scanner = QuestionScanner(at: max(output.start, sent - Self.before), output.controls)
    shift = output.shift.map { _ in ShiftState() }
    plain = scanner.offset
    goOn(output)
  }

  /// More output has come.
  mutating func goOn(_ output: TerminalOutput) {
    guard question == nil else { return }
    output.withOutput(from: scanner.offset) { first, second in
      for piece in [first, second] where question == nil {
        let start = scanner.offset
        question = scanner.scan(piece, beyond: answered)
        guard shift != nil else { continue }
        let bytes = UnsafeRawBufferPointer(piece).bytes
        let count = min(piece.count, max(0, (question ?? .max) - start))
        if let count = shift?.take(bytes.extracting(first: count)) { plain = start + count }
      }
    }
  }

  /// What is before this offset may be skipped: it asks nothing, nor does it end in the middle of
  /// what may be a question, nor where a page could not begin to decode.
  var offset: Int {
    let end = question ?? scanner.unfinished ?? scanner.offset
    return shift != nil && end - plain < Self.longestShift ? min(plain, end) : end
  }
}

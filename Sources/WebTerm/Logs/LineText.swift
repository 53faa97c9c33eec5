// What a host has said, as lines of text: what a log keeps, alarms look at, and a search finds.

/// Makes finished lines of text out of the bytes of a host, in UTF-8, in whatever pieces they come.
///
/// A line is what a terminal's row would show: a carriage return goes back to its beginning and
/// what follows overwrites, a backspace goes one column back, erasing (EL, ED) erases within the
/// line, and tabs stay tabs. Every other sequence and control is left out, and so is what is no
/// UTF-8. Only a line feed finishes a line; the next one begins in the first column.
///
/// An unfinished string (OSC, DCS) ends with its line, so that none hides what comes
/// after it.
package struct LineText {
  /// The most of a line that is kept, in bytes of UTF-8 and in columns. What is beyond is left out,
  /// and the line ends with ``cutMark``.
  package static let longestLine = TextLine.longest
  /// How long a host may be silent in the middle of a line until that is written, in seconds: by
  /// its owner, which has a clock, with ``flushUnfinished()``.
  package static let silence = 1
  /// What ends a line of which the rest was left out.
  package static let cutMark = " […]"
  /// What ends a line that was written before it was finished.
  package static let unfinishedMark = " …"
  /// Room for columns that a line leaves to the next one.
  private static let keptColumns = 256

  private var reader = UTF8Reader()
  private var parser = ControlParser()
  private var line = TextLine()
  /// Whether the beginning of this line has been written already.
  private var isRest = false

  package init() {}

  /// Whether there is something of a line that is not finished.
  package var isUnfinished: Bool { !line.isEmpty }

  /// Memory that it takes beside itself, in bytes, about.
  package var memory: Int { line.memory + parser.string.capacity }

  /// Takes in what a host has said.
  ///
  /// - Parameters:
  ///   - bytes: Any piece of it.
  ///   - finished: Is told each line, without its end.
  package mutating func take(
    _ bytes: UnsafeBufferPointer<UInt8>, _ finished: (_ line: [UInt8]) -> Void
  ) {
    var index = 0
    while index < bytes.count {
      if parser.isGround, reader.isBetween {
        let end = PlainText.end(of: bytes, from: index)
        if end > index {
          line.write(UnsafeBufferPointer(rebasing: bytes[index..<end]))
          index = end
          continue
        }
      }
      if let code = reader.next(bytes[index]) { take(code, finished) }
      index += 1
    }
  }

  /// What there is of a line that is not finished, once; the rest of it will be a line of its own.
  ///
  /// - Returns: The line, with a mark behind it; nil where there is nothing.
  package mutating func flushUnfinished() -> [UInt8]? {
    guard !line.isEmpty else { return nil }
    isRest = true
    return endLine(Self.unfinishedMark)
  }

  private mutating func take(_ code: UInt32, _ finished: (_ line: [UInt8]) -> Void) {
    if code == 0x0a, parser.isString { parser = ControlParser() }
    switch parser.next(code) {
    case .print: line.write(code)
    case .execute:
      switch code {
      case 0x08: line.goBack()
      case 0x09: line.tab()
      case 0x0a:
        // Of a line that was written already nothing may be left.
        if !isRest || !line.isEmpty { finished(endLine("")) }
        isRest = false
        line.begin(keeping: Self.keptColumns)
      case 0x0d: line.goToStart()
      default: break
      }
    case .control where parser.identity == UInt32(UInt8(ascii: "K")):
      line.erase(parser.parameters[0])
    case .control where parser.identity == UInt32(UInt8(ascii: "J")):
      line.erase(parser.parameters[0])
    default: break
    }
  }

  private mutating func endLine(_ mark: String) -> [UInt8] {
    var text: [UInt8] = []
    line.append(to: &text)
    if line.isCut { text += Array(Self.cutMark.utf8) }
    text += Array(mark.utf8)
    // No output may pass for a line that the log itself has written, with its mark neither.
    if EventLine.beginning.withUTF8Buffer({ text.starts(with: $0) }) { text.insert(0x20, at: 0) }
    line.begin(keeping: Self.keptColumns)
    return text
  }
}

extension ControlParser {
  /// Whether a string has begun, whose text is not shown.
  fileprivate var isString: Bool {
    switch state {
    case .ignoredString, .oscString, .dcsEntry, .dcsParameter, .dcsIgnore, .dcsIntermediate,
      .dcsPassthrough:
      true
    default: false
    }
  }
}

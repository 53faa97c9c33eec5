// What a full reset (RIS) leaves of what came before it.

extension Screen {
  /// Where another full reset follows, nothing before it is drawn: only what outlives it counts,
  /// which are names, colours and some modes. It is looked for behind each one.
  ///
  /// - Returns: Where to go on: behind the last reset, or at `start`.
  mutating func skipToReset(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    // There is no stop on the way.
    let end = start + min(bytes.count - start, workLeft / WorkBudget.sequence)
    // Wherever these two bytes stand they are a reset: ESC ends whatever has begun.
    guard
      let last = PlainText.last(0x1b, UInt8(ascii: "c"), in: bytes, from: start, to: end)
    else {
      spend((end - start) / 16)
      return start
    }
    spend((end - last) / 16)
    var index = start
    while index < last {
      if parser.isGround, reader.isBetween {
        index = PlainText.introducer(bytes, from: index, to: last)
        guard index < last else { break }
      }
      index = takeLasting(bytes, index, to: last)
    }
    takeByte(bytes[last])
    takeByte(bytes[last + 1])
    return last + 2
  }

  /// Takes in a control sequence, text of a command, or one byte, for what outlives a reset.
  ///
  /// - Returns: Where to go on.
  private mutating func takeLasting(
    _ bytes: UnsafeBufferPointer<UInt8>, _ index: Int, to end: Int
  ) -> Int {
    if parser.isCommand, reader.isBetween {
      let textEnd = min(end, PlainText.end(of: bytes, from: index))
      if textEnd > index {
        spend(textEnd - index)
        parser.putText(bytes, index..<textEnd)
        return textEnd
      }
    }
    spend(WorkBudget.byte)
    guard let code = reader.next(bytes[index]) else { return index + 1 }
    switch parser.next(code) {
    case .control: keepLasting()
    case .command:
      spend(parser.string.count * 2)
      command()
    default: break
    }
    return index + 1
  }

  /// Does of a control sequence what outlives a reset.
  private mutating func keepLasting() {
    switch parser.identity {
    case Self.identity("h"): setModes(true)
    case Self.identity("l"): setModes(false)
    case Self.identity("?h"): keepLastingModes(true)
    case Self.identity("?l"): keepLastingModes(false)
    case Self.identity(" q"): setCursorStyle()
    case Self.identity("t"): handleWindow()
    case Self.identity("!p"): modes.isCursorHidden = false
    default: break
    }
  }

  private mutating func keepLastingModes(_ isOn: Bool) {
    for index in 0..<parser.parameters.count {
      switch parser.parameters[index] {
      case 12: modes.cursorBlink = isOn
      case 25: modes.isCursorHidden = !isOn
      default: break
      }
    }
  }
}

// Which sequence does what.

extension Screen {
  /// A sequence's identity: prefix, intermediates and final byte.
  static func identity(_ text: StaticString) -> UInt32 {
    text.withUTF8Buffer { $0.reduce(0) { $0 << 8 | UInt32($1) } }
  }

  /// An escape sequence.
  mutating func escape() {
    let final = UInt8(truncatingIfNeeded: parser.identity)
    switch parser.identity >> 8 {
    case 0: escape(final)
    case UInt32(UInt8(ascii: "(")): designate(0, final)
    case UInt32(UInt8(ascii: ")")), UInt32(UInt8(ascii: "-")): designate(1, final)
    case UInt32(UInt8(ascii: "*")), UInt32(UInt8(ascii: ".")): designate(2, final)
    case UInt32(UInt8(ascii: "+")): designate(3, final)
    case UInt32(UInt8(ascii: "#")): if final == UInt8(ascii: "8") { fillForAlignment() }
    case UInt32(UInt8(ascii: "%")):
      guard final == UInt8(ascii: "@") || final == UInt8(ascii: "G") else { return }
      graphicSets.select(0)
      graphicSets.designate(0, nil)
    default: break
    }
  }

  private mutating func designate(_ index: Int, _ final: UInt8) {
    if GraphicSet.isKnown(final) { graphicSets.designate(index, GraphicSet(final: final)) }
  }

  private mutating func escape(_ final: UInt8) {
    switch final {
    case UInt8(ascii: "7"): saveCursor()
    case UInt8(ascii: "8"): restoreCursor()
    case UInt8(ascii: "D"): index()
    case UInt8(ascii: "E"): nextLine()
    case UInt8(ascii: "H"): active.tabs.insert(active.x)
    case UInt8(ascii: "M"): reverseIndex()
    case UInt8(ascii: "="): modes.applicationKeypad = true
    case UInt8(ascii: ">"): modes.applicationKeypad = false
    case UInt8(ascii: "c"): reset()
    case UInt8(ascii: "n"), UInt8(ascii: "}"): graphicSets.select(2)
    case UInt8(ascii: "o"), UInt8(ascii: "|"): graphicSets.select(3)
    case UInt8(ascii: "~"): graphicSets.select(1)
    default: break
    }
  }

  /// A control sequence.
  mutating func control() {
    guard parser.identity > 0xff else {
      return control(UInt8(truncatingIfNeeded: parser.identity))
    }
    switch parser.identity {
    case Self.identity("?h"): setPrivateModes(true)
    case Self.identity("?l"): setPrivateModes(false)
    case Self.identity("?J"): eraseDisplay(isSelective: true)
    case Self.identity("?K"): eraseLine(isSelective: true)
    case Self.identity("!p"): resetSoftly()
    case Self.identity(" q"): setCursorStyle()
    case Self.identity("\"q"): selectProtection()
    case Self.identity(" @"): deleteColumns(at: 0)
    case Self.identity(" A"): insertColumns(at: 0)
    case Self.identity("'}"): insertColumns(at: active.x)
    case Self.identity("'~"): deleteColumns(at: active.x)
    default: break
    }
  }

  private mutating func control(_ final: UInt8) {
    let amount = parser.parameters.amount(0)
    switch final {
    case UInt8(ascii: "m"): selectRendition()
    case UInt8(ascii: "H"), UInt8(ascii: "f"): place(parser.parameters.amount(1) - 1, amount - 1)
    case UInt8(ascii: "A"): moveUp(amount)
    case UInt8(ascii: "B"): moveDown(amount)
    case UInt8(ascii: "C"), UInt8(ascii: "a"): move(amount, 0)
    case UInt8(ascii: "D"): move(-amount, 0)
    case UInt8(ascii: "e"): move(0, amount)
    case UInt8(ascii: "E"):
      moveDown(amount)
      active.x = 0
    case UInt8(ascii: "F"):
      moveUp(amount)
      active.x = 0
    case UInt8(ascii: "G"), UInt8(ascii: "`"): place(amount - 1, active.y)
    case UInt8(ascii: "d"): place(active.x, amount - 1)
    case UInt8(ascii: "J"): eraseDisplay(isSelective: false)
    case UInt8(ascii: "K"): eraseLine(isSelective: false)
    case UInt8(ascii: "X"): eraseCharacters()
    case UInt8(ascii: "@"): insertCharacters()
    case UInt8(ascii: "P"): deleteCharacters()
    case UInt8(ascii: "L"): insertLines()
    case UInt8(ascii: "M"): deleteLines()
    case UInt8(ascii: "S"): scrollUp()
    case UInt8(ascii: "T"): scrollDown()
    case UInt8(ascii: "I"): moveByTabs(amount, forward: true)
    case UInt8(ascii: "Z"): moveByTabs(amount, forward: false)
    case UInt8(ascii: "b"): repeatFormer(amount)
    case UInt8(ascii: "g"): clearTabs()
    case UInt8(ascii: "h"): setModes(true)
    case UInt8(ascii: "l"): setModes(false)
    case UInt8(ascii: "r"): setMargins()
    case UInt8(ascii: "s"): saveCursor()
    case UInt8(ascii: "u"): restoreCursor()
    case UInt8(ascii: "t"): handleWindow()
    default: break
    }
  }
}

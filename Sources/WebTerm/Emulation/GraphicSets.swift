// Character sets that a host designates and switches between (ISO 2022, as far as the page's
// emulator has it).

/// A set that replaces some ASCII characters, by its final byte.
struct GraphicSet: Equatable {
  let final: UInt8
  /// What stands for each code point below 127.
  private let table: [UInt32]

  /// Nil for ASCII, and for unknown sets.
  init?(final: UInt8) {
    guard let table = Self.tables[final] else { return nil }
    self.final = final
    self.table = table
  }

  static func == (a: GraphicSet, b: GraphicSet) -> Bool { a.final == b.final }

  /// What stands for a code point below 127.
  func translate(_ code: UInt32) -> UInt32 { table[Int(code)] }

  private static func table(_ keys: String, _ values: String) -> [UInt32] {
    var table = (0..<127).map { UInt32($0) }
    for (key, value) in zip(keys.unicodeScalars, values.unicodeScalars) {
      table[Int(key.value)] = value.value
    }
    return table
  }

  /// DEC Special Graphics and the national replacement sets of the VT200 series.
  private static let tables: [UInt8: [UInt32]] = {
    let finnish = table("[\\]^`{|}~", "ÄÖÅÜéäöåü")
    let norwegian = table("@[\\]^`{|}~", "ÄÆØÅÜäæøåü")
    let swedish = table("@[\\]^`{|}~", "ÉÄÖÅÜéäöåü")
    let sets: [(String, [UInt32])] = [
      ("0", table("`abcdefghijklmnopqrstuvwxyz{|}~", "◆▒␉␌␍␊°±␤␋┘┐┌└┼⎺⎻─⎼⎽├┤┴┬│≤≥π≠£·")),
      ("A", table("#", "£")), ("4", table("#@[\\]{|}~", "£¾i½|¨f¼´")),
      ("C", finnish), ("5", finnish), ("R", table("#@[\\]{|}~", "£à°ç§éùè¨")),
      ("Q", table("@[\\]^`{|}~", "àâçêîôéùèû")), ("K", table("@[\\]{|}~", "§ÄÖÜäöüß")),
      ("Y", table("#@[\\]`{|}~", "£§°çéùàòèì")), ("E", norwegian), ("6", norwegian),
      ("Z", table("#@[\\]{|}", "£§¡Ñ¿°ñç")), ("H", swedish), ("7", swedish),
      ("=", table("#@[\\]^_`{|}~", "ùàéçêîèôäöüû")),
    ]
    return Dictionary(
      uniqueKeysWithValues: sets.map { (name, table) in (name.utf8.first ?? 0, table) })
  }()

  /// Whether there is a set of that name, ASCII included.
  static func isKnown(_ final: UInt8) -> Bool { final == UInt8(ascii: "B") || tables[final] != nil }
}

/// G0 to G3 and which of them is in use. What is in use is a thing of its own: a restored cursor
/// brings its set back, but not what was designated.
struct GraphicSets {
  private(set) var designated = InlineArray<4, GraphicSet?>(repeating: nil)
  private(set) var level = 0
  /// What is in use; a restored cursor brings it.
  var current: GraphicSet? { didSet { if current != nil { areStandard = false } } }

  /// Whether all of them are ASCII.
  private(set) var areStandard = true

  mutating func select(_ level: Int) {
    self.level = level
    current = designated[level]
  }

  mutating func designate(_ index: Int, _ set: GraphicSet?) {
    designated[index] = set
    if set != nil { areStandard = false }
    if level == index { current = set }
  }
}

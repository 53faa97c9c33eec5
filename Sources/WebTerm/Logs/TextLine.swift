// One line of text that is being written, by columns.

/// The columns of a line and where the next character goes.
struct TextLine {
  /// The characters by column; ``rest`` where one takes more than one column.
  private var columns: [UInt32] = []
  /// What joins the character of a column.
  private var marks: [Int: [UInt32]] = [:]
  private var column = 0
  /// Bytes of UTF-8 that it is.
  private var bytes = 0
  /// Whether something had no room.
  private(set) var isCut = false

  /// No code point: a further column of a character.
  private static let rest = UInt32.max
  private static let tabStop = 8
  /// The most bytes, and the most columns.
  static let longest = 4096
  private static let space: UInt32 = 0x20

  var isEmpty: Bool { columns.isEmpty && !isCut }

  var memory: Int { columns.capacity * 4 + marks.count * 64 }

  /// A new line begins.
  mutating func begin(keeping most: Int) {
    if columns.capacity > most { columns = [] } else { columns.removeAll(keepingCapacity: true) }
    if !marks.isEmpty { marks = [:] }
    column = 0
    bytes = 0
    isCut = false
  }

  // MARK: Writing

  /// Writes printable ASCII.
  mutating func write(_ text: UnsafeBufferPointer<UInt8>) {
    guard column == columns.count, marks.isEmpty else {
      for byte in text { put(UInt32(byte), width: 1, size: 1) }
      return
    }
    let room = Self.longest - max(bytes, columns.count)
    let written = text.prefix(max(0, room))
    columns.append(contentsOf: written.lazy.map { UInt32($0) })
    column += written.count
    bytes += written.count
    if written.count < text.count { isCut = true }
  }

  /// Writes a character.
  mutating func write(_ code: UInt32) {
    // Separators of lines are none here, and would begin a line for others.
    guard code != 0x2028, code != 0x2029 else { return }
    let size = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
    let width = WidthTable.shared.width(code)
    guard width == 0 else { return put(code, width: width, size: size) }
    // A mark joins the character before it; without one there is nothing that it belongs to.
    guard var start = column > columns.count || column == 0 ? nil : Optional(column - 1) else {
      return
    }
    while start > 0, columns[start] == Self.rest { start -= 1 }
    guard bytes + size <= Self.longest else {
      isCut = true
      return
    }
    marks[start, default: []].append(code)
    bytes += size
  }

  private mutating func put(_ code: UInt32, width: Int, size: Int) {
    guard pad(), column + width <= Self.longest else {
      isCut = true
      return
    }
    for index in column..<(column + width) { clear(index) }
    guard bytes + size <= Self.longest else {
      isCut = true
      return
    }
    for index in column..<(column + width) {
      let value = index == column ? code : Self.rest
      if index < columns.count { columns[index] = value } else { columns.append(value) }
    }
    bytes += size
    column += width
  }

  /// Fills up to the column with spaces, where it is beyond the end; false where there is no room.
  private mutating func pad() -> Bool {
    while columns.count < column {
      guard bytes < Self.longest else { return false }
      columns.append(Self.space)
      bytes += 1
    }
    return true
  }

  /// What stands in a column is gone; what is left of a character of more columns are spaces.
  ///
  /// Its own column counts for nothing then, and must be written.
  private mutating func clear(_ index: Int) {
    guard index < columns.count else { return }
    var start = index
    while start > 0, columns[start] == Self.rest { start -= 1 }
    bytes -= Self.size(columns[start])
    for mark in marks.removeValue(forKey: start) ?? [] { bytes -= Self.size(mark) }
    var end = start + 1
    while end < columns.count, columns[end] == Self.rest { end += 1 }
    for other in start..<end where other != index {
      columns[other] = Self.space
      bytes += 1
    }
    columns[index] = 0
  }

  private static func size(_ code: UInt32) -> Int {
    code == 0 ? 0 : code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
  }

  // MARK: Moving

  mutating func goToStart() { column = 0 }

  mutating func goBack() { column = max(0, column - 1) }

  /// To the next tab stop. Beyond the end of the line the tab itself stands there.
  mutating func tab() {
    let target = (column / Self.tabStop + 1) * Self.tabStop
    guard target <= Self.longest, bytes < Self.longest, pad() else {
      isCut = true
      return
    }
    if target > columns.count {
      columns.append(0x09)
      bytes += 1
      while columns.count < target { columns.append(Self.rest) }
    }
    column = target
  }

  // MARK: Erasing

  /// Erases as EL does: 0 from the column on, 1 up to it, 2 everything.
  mutating func erase(_ what: Int) {
    switch what {
    case 0: truncate(to: column)
    case 1:
      let end = min(column + 1, columns.count)
      for index in 0..<end {
        clear(index)
        columns[index] = Self.space
        bytes += 1
      }
    case 2: truncate(to: 0)
    default: break
    }
  }

  private mutating func truncate(to end: Int) {
    isCut = false
    guard end < columns.count else { return }
    // What is cut in two becomes spaces first.
    clear(end)
    while columns.count > end {
      let index = columns.count - 1
      bytes -= columns[index] == Self.rest ? 0 : Self.size(columns[index])
      for mark in marks.removeValue(forKey: index) ?? [] { bytes -= Self.size(mark) }
      columns.removeLast()
    }
  }

  // MARK: Reading

  /// Puts it behind a text, in UTF-8.
  func append(to text: inout [UInt8]) {
    text.reserveCapacity(text.count + bytes)
    for (index, code) in columns.enumerated() where code != Self.rest {
      Self.append(code, to: &text)
      guard !marks.isEmpty else { continue }
      for mark in marks[index] ?? [] { Self.append(mark, to: &text) }
    }
  }

  private static func append(_ code: UInt32, to text: inout [UInt8]) {
    if code < 0x80 {
      text.append(UInt8(code))
    } else if let scalar = Unicode.Scalar(code), let encoded = UTF8.encode(scalar) {
      text.append(contentsOf: encoded)
    }
  }
}

// Bytes that make a screen.

/// Writes what makes the screen of a model, and its whole state, out of an emulator of that size
/// that has just been reset.
///
///     titles, palette ▶ alternate's saved cursor ▶ normal buffer ▶ alternate buffer ▶ modes ▶
///     cursor ▶ what is unfinished
///
/// Every step leaves wraparound on, insert and origin mode off, no margins and ASCII for the next
/// one.
package struct ScreenPainter {
  private let screen: Screen
  var output = PaintedBytes()

  /// The bytes.
  package static func paint(_ screen: Screen) -> [UInt8] {
    var painter = ScreenPainter(screen: screen)
    painter.paint()
    return painter.output.bytes
  }

  private init(screen: Screen) {
    self.screen = screen
  }

  private mutating func paint() {
    paintNames()
    let (normal, alternate) =
      screen.isAlternate ? (screen.other, screen.active) : (screen.active, screen.other)
    if !screen.isAlternate, alternate.saved != ScreenBuffer.SavedCursor() {
      output.control("?47h")
      save(alternate)
      output.control("?47l")
    }
    paint(normal)
    if screen.isAlternate {
      RenditionPainter.set(.standard, on: &output)
      output.control("?47h")
      paint(alternate)
    }
    paintState()
    paintCursor()
    output.text(screen.unfinished)
  }

  // MARK: Names

  private mutating func paintNames() {
    for title in screen.titles.stack {
      output.command("2;", title)
      output.control("22;2t")
    }
    if let title = screen.titles.title { output.command("2;", title) }
    for (number, value) in screen.palette.sorted(by: { $0.key < $1.key }) {
      let colour =
        "rgb:"
        + [value >> 16, value >> 8 & 0xff, value & 0xff].map(Self.hexadecimal).joined(
          separator: "/")
      output.command(number < 256 ? "4;\(number);\(colour)" : "\(number - 256 + 10);\(colour)")
    }
  }

  private static func hexadecimal(_ value: UInt32) -> String {
    let digits = String(value, radix: 16)
    return digits.count < 2 ? "0" + digits : digits
  }

  // MARK: Buffers

  private mutating func paint(_ buffer: ScreenBuffer) {
    RowPainter.paint(buffer.grid, of: screen, on: &output)
    if buffer.tabs != TabStops(columns: screen.columns) {
      output.control("3g")
      for column in 0..<screen.columns where buffer.tabs.contains(column) {
        output.place(column, 0)
        output.escape("H")
      }
    }
    save(buffer)
    if buffer.top > 0 || buffer.bottom < screen.rows - 1 {
      output.control("\(buffer.top + 1);\(buffer.bottom + 1)r")
    }
  }

  /// Saves what the buffer has saved.
  private mutating func save(_ buffer: ScreenBuffer) {
    let saved = buffer.saved
    guard saved != ScreenBuffer.SavedCursor() || output.hasSaved else { return }
    RenditionPainter.set(Rendition(basics: saved.basics), on: &output, extrasMatter: false)
    if let set = saved.graphicSet { output.escape("(" + set.name) }
    // A restored cursor is never beyond the last column.
    output.place(min(saved.x, screen.columns - 1), max(0, min(saved.y, screen.rows - 1)))
    output.escape("7")
    output.hasSaved = false
    if saved.graphicSet != nil { output.escape("(B") }
  }

  // MARK: State

  private mutating func paintState() {
    let sets = screen.graphicSets
    let isRestored =
      sets.current != sets.designated[sets.level]
      || !RenditionPainter.isReachable(screen.rendition)
    if isRestored {
      // Only a restored cursor brings such a state. The alternate buffer's own is given up for it:
      // a screen cannot have both.
      if !screen.isAlternate { output.control("?47h") }
      RenditionPainter.set(
        Rendition(basics: screen.rendition.basics), on: &output, extrasMatter: false)
      output.escape("(" + (sets.current?.name ?? "B"))
      output.escape("7")
      RenditionPainter.setExtras(screen.rendition.extras, screen, on: &output)
    } else {
      RenditionPainter.set(screen.rendition, screen, on: &output)
    }
    for index in sets.designated.indices {
      let set = sets.designated[index]
      let letter = ["(", ")", "*", "+"][index]
      if set != nil || isRestored { output.escape(letter + (set?.name ?? "B")) }
    }
    switch sets.level {
    case 1: output.text([0x0e])
    case 2: output.escape("n")
    case 3: output.escape("o")
    default: break
    }
    if isRestored {
      output.escape("8")
      if !screen.isAlternate { output.control("?47l") }
    }
    paintModes()
  }

  private mutating func paintModes() {
    let modes = screen.modes
    let switches: [(Bool, String)] = [
      (modes.applicationCursorKeys, "?1h"), (modes.applicationKeypad, "?66h"),
      (modes.bracketedPaste, "?2004h"), (modes.reverseWraparound, "?45h"),
      (modes.sendFocus, "?1004h"), (!modes.wraparound, "?7l"), (modes.isCursorHidden, "?25l"),
      (modes.newLine, "20h"), (modes.origin, "?6h"),
      (modes.mouseProtocol != .none, "?\(modes.mouseProtocol.rawValue)h"),
      (modes.mouseEncoding != .standard, "?\(modes.mouseEncoding.rawValue)h"),
    ]
    for (isOn, words) in switches where isOn { output.control(words) }
    if let style = modes.cursorStyle {
      output.control("\(style.rawValue + (modes.cursorBlink == false ? 1 : 0)) q")
    } else if let blinks = modes.cursorBlink {
      output.control(blinks ? "?12h" : "?12l")
    }
  }

  // MARK: Cursor

  /// Puts the cursor where it is. Behind a character that the next one may join, or beyond the last
  /// column, that character is written once more: nothing else brings the cursor there.
  private mutating func paintCursor() {
    let buffer = screen.active
    let row = screen.modes.origin ? buffer.y - buffer.top : buffer.y
    let last = min(buffer.x, screen.columns) - 1
    if screen.modes.insert { output.control("4h") }
    guard screen.former != .none || buffer.x >= screen.columns, last >= 0,
      isWithinOrigin(buffer) || !(screen.isAlternate || screen.modes.insert)
    else { return placeBeyond(buffer, row) }
    // A wide character's second half is empty.
    let isSecond =
      last > 0 && buffer.grid[buffer.y, last].width == 0 && buffer.grid[buffer.y, last].isEmpty
    let column = isSecond ? last - 1 : last
    let cell = buffer.grid[buffer.y, column]
    if mayBeDropped {
      place(buffer.x, row, buffer)
      return output.text(Array((screen.former.mayBePicture ? "\u{1f44d}" : "\u{4e00}").utf8))
    }
    guard !cell.isEmpty, !isTranslated(cell) else { return placeBeyond(buffer, row) }
    let rendition = screen.renditions[cell.rendition]
    place(column, row, buffer)
    // In insert mode what is written moves the rest, unless it makes room for itself before.
    if screen.modes.insert, buffer.x < screen.columns {
      output.control("\(cell.baseWidth(screen))P")
    }
    if rendition == screen.rendition.drawn {
      output.text(cell.text(screen))
    } else if RenditionPainter.isReachable(rendition),
      RenditionPainter.isReachable(screen.rendition)
    {
      RenditionPainter.set(rendition, screen, on: &output)
      output.text(cell.text(screen))
      RenditionPainter.set(screen.rendition, screen, on: &output)
    } else {
      return placeBeyond(buffer, row)
    }
    for _ in 0..<max(0, buffer.x - screen.columns) { output.standaloneMark() }
    // Any escape sequence parts what is written next from it.
    if screen.former == .none { output.escape("\\") }
  }

  /// Whether the present character set would make something else of it.
  private func isTranslated(_ cell: Cell) -> Bool {
    guard let set = screen.graphicSets.current, !cell.isCluster, cell.code < 127 else {
      return false
    }
    return set.translate(cell.code) != cell.code
  }

  /// Whether the last character may have been a wide one for which there was no place, without
  /// wraparound: a mark would join it all the same. Where the cursor is now there is no place for
  /// another one either, which so changes nothing but that.
  private var mayBeDropped: Bool {
    !screen.modes.wraparound && screen.former.width == 2 && screen.active.x == screen.columns - 1
  }

  /// Puts the cursor into a cell; in one outside of the margins that bound it, by the other buffer.
  private mutating func place(_ column: Int, _ row: Int, _ buffer: ScreenBuffer) {
    guard !isWithinOrigin(buffer) else { return output.place(column, row) }
    output.control("?47h")
    output.place(column, buffer.y)
    output.control("?47l")
  }

  /// The cursor is beyond the last column, or outside of the margins that bound it, and nothing can
  /// be written there again: the other buffer, which has none of that, lends its place.
  private mutating func placeBeyond(_ buffer: ScreenBuffer, _ row: Int) {
    let isBeyond = buffer.x >= screen.columns
    guard isBeyond || !isWithinOrigin(buffer), !screen.isAlternate else {
      return output.place(min(buffer.x, screen.columns - 1), row)
    }
    output.control("?47h")
    output.place(min(buffer.x, screen.columns - 1), buffer.y)
    if isBeyond { output.text([UInt8(ascii: " ")]) }
    output.control("?47l")
    for _ in 0..<max(0, buffer.x - screen.columns) { output.standaloneMark() }
    output.escape("\\")
  }

  private func isWithinOrigin(_ buffer: ScreenBuffer) -> Bool {
    !screen.modes.origin || (buffer.top...buffer.bottom).contains(buffer.y)
  }
}

extension GraphicSet {
  /// Its final byte, as text.
  var name: String { String(Unicode.Scalar(final)) }
}

extension Cell {
  /// The cells that its first character takes, before any mark.
  func baseWidth(_ screen: Screen) -> Int {
    characterWidth(screen.firstCode(self))
  }

  /// Its characters in UTF-8.
  func text(_ screen: Screen) -> [UInt8] {
    var text = ""
    for code in screen.codes(self) {
      if let scalar = Unicode.Scalar(code) { text.unicodeScalars.append(scalar) }
    }
    return Array(text.utf8)
  }
}

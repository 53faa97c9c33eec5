// What a terminal shows: the state of an emulator that has been fed with everything a host has said.

/// The model of a screen, without a scrollback. It agrees with the page's emulator, xterm.js, its quirks included: see README.
///
/// It is a value: a copy of it can be fed with what has not been shown yet.
package struct Screen {
  package private(set) var columns: Int
  package private(set) var rows: Int
  /// The buffer that is shown, and the other one.
  var active: ScreenBuffer
  var other: ScreenBuffer
  var isAlternate = false
  var rendition = Rendition.standard
  var graphicSets = GraphicSets()
  var modes = Modes()
  var titles = Titles()
  var palette: [Int: UInt32] = [:]
  var renditions = Interned(standard: Rendition.standard)
  var links = Interned(standard: Link(id: nil, address: ""))
  var clusters = Interned(standard: [UInt32]())
  /// The class of the character before the next one, where nothing stands between.
  var former = CharacterClass.none
  /// Whether the last thing was a character.
  var isRun = false
  var parser = ControlParser()
  private var reader = UTF8Reader()
  private var work = 0
  /// So many renditions, clusters or links make it look which of them are still there.
  private var looksAt = Self.leastInterned

  private static let leastInterned = 2048

  /// Where a link leads.
  struct Link: Hashable {
    /// What makes several pieces one link.
    let id: String?
    let address: String
    /// Tells links without a name from each other.
    var serial = 0
  }

  /// An empty screen, as an emulator begins.
  package init(columns: Int, rows: Int) {
    self.columns = max(2, columns)
    self.rows = max(1, rows)
    active = ScreenBuffer(columns: self.columns, rows: self.rows)
    other = ScreenBuffer(columns: self.columns, rows: self.rows, isShown: false)
  }

  // MARK: Bytes

  /// Takes in what a host has said, in UTF-8, as far as `budget` goes.
  ///
  /// - Returns: How many bytes that are; at least one, where there is any.
  mutating func feed(_ bytes: UnsafeBufferPointer<UInt8>, _ budget: inout WorkBudget) -> Int {
    var index = 0
    var linesEnd = 0
    while index < bytes.count {
      if index > 0 {
        budget.spend(takeWork())
        if budget.isSpent { break }
      }
      if parser.isGround, reader.unfinished.isEmpty {
        // A run of lines is looked at once.
        if index >= linesEnd {
          let start = index
          index = skipLines(bytes, from: index, &linesEnd)
          spend(index - start)
        }
        let end = PlainText.end(of: bytes, from: index)
        if end > index {
          spend(WorkBudget.byte + end - index)
          printPlain(UnsafeBufferPointer(rebasing: bytes[index..<end]))
          index = end
          continue
        }
      }
      spend(WorkBudget.byte)
      if let code = reader.next(bytes[index]) { take(code) }
      index += 1
      if mostInterned > looksAt { forgetUnused() }
    }
    budget.spend(takeWork())
    return index
  }

  /// Takes in what a host has said, in UTF-8, all of it; what that costs is taken from `budget`.
  mutating func feed(_ text: [UInt8], _ budget: inout WorkBudget) {
    var all = WorkBudget(.max)
    text.withUnsafeBufferPointer { _ = feed($0, &all) }
    budget.spend(.max - all.left)
  }

  /// So much was done, in units of ``WorkBudget``, beside what the grids know themselves.
  mutating func spend(_ units: Int) { work &+= units }

  private mutating func takeWork() -> Int {
    defer { work = 0 }
    return work &+ active.grid.takeWork() &+ other.grid.takeWork()
  }

  /// Takes in what a host has said.
  package mutating func feed(_ bytes: [UInt8]) {
    var budget = WorkBudget(.max)
    feed(bytes, &budget)
  }

  private mutating func take(_ code: UInt32) {
    switch parser.next(code) {
    case .nothing:
      isRun = false
      return
    case .print: return print(code)
    case .execute: execute(code)
    case .escape:
      spend(WorkBudget.sequence)
      escape()
    case .control:
      spend(WorkBudget.sequence)
      control()
    case .command:
      spend(WorkBudget.sequence + WorkBudget.hashed * parser.string.count)
      command()
    case .end: break
    }
    former = .none
    isRun = false
  }

  /// A character, or a part of a sequence, whose rest is still to come: what brings a reset emulator to where this one is.
  var unfinished: [UInt8] { Array(parser.unfinished.utf8) + reader.unfinished }

  // MARK: Size

  /// The screen has another size from now on. Lines are cut or filled up, not broken anew: what did not fit is gone.
  package mutating func resize(columns: Int, rows: Int) {
    let (columns, rows) = (max(2, columns), max(1, rows))
    guard columns != self.columns || rows != self.rows else { return }
    self.columns = columns
    self.rows = rows
    spend(2 * columns * rows)
    active.resize(columns: columns, rows: rows)
    other.resize(columns: columns, rows: rows)
  }

  // MARK: Buffers

  /// Shows the alternate buffer, which is filled where it was not there.
  mutating func showAlternate() {
    guard !isAlternate else { return }
    spend(columns * rows)
    swap(&active, &other)
    isAlternate = true
    active.show(columns: columns, rows: rows, fill: erasure)
    active.x = other.x
    active.y = other.y
  }

  /// Shows the normal buffer again; the alternate one is gone.
  mutating func showNormal() {
    guard isAlternate else { return }
    swap(&active, &other)
    isAlternate = false
    active.x = other.x
    active.y = other.y
    other.hide(columns: columns, rows: rows)
  }

  /// A cell as erasing leaves it: no character, and the present background.
  var erasure: Cell {
    mutating get { Cell(rendition: renditions.number(of: rendition.erased)) }
  }

  /// A cell without a character that has all of the present rendition.
  var blank: Cell {
    mutating get { Cell(rendition: renditions.number(of: rendition.drawn)) }
  }

  /// Everything begins anew (RIS), but for what the emulator keeps then: title, colours, cursor.
  mutating func reset() {
    var fresh = Screen(columns: columns, rows: rows)
    spend(2000 + columns * rows)
    fresh.work = work
    fresh.titles = titles
    fresh.palette = palette
    fresh.modes.keep(modes)
    self = fresh
  }

  // MARK: What is shared

  private var mostInterned: Int { max(renditions.count, clusters.count, links.count) }

  /// Forgets renditions, clusters and links that no cell has any more.
  private mutating func forgetUnused() {
    var usedRenditions = [Bool](repeating: false, count: renditions.count)
    var usedClusters = [Bool](repeating: false, count: clusters.count)
    let note: (inout Cell) -> Void = { cell in
      usedRenditions[Int(cell.rendition)] = true
      if cell.isCluster { usedClusters[Int(cell.code)] = true }
    }
    active.grid.forEach(note)
    other.grid.forEach(note)
    let newRenditions = renditions.keep(usedRenditions)
    let newClusters = clusters.keep(usedClusters)
    let renumber: (inout Cell) -> Void = { cell in
      let rendition = newRenditions[Int(cell.rendition)]
      if cell.isCluster {
        cell = Cell(
          cluster: newClusters[Int(cell.code)], width: cell.width, rendition: rendition)
      } else {
        cell.rendition = rendition
      }
    }
    active.grid.forEach(renumber)
    other.grid.forEach(renumber)
    var usedLinks = [Bool](repeating: false, count: links.count)
    usedLinks[Int(rendition.extras.link)] = true
    for rendition in renditions.values { usedLinks[Int(rendition.extras.link)] = true }
    let newLinks = links.keep(usedLinks)
    rendition.extras.link = newLinks[Int(rendition.extras.link)]
    renditions.changeAll { $0.extras.link = newLinks[Int($0.extras.link)] }
    looksAt = max(Self.leastInterned, 2 * mostInterned)
  }
}

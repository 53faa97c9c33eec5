// What a terminal shows: the state of an emulator that has been fed with everything a host has
// said.

/// The model of a screen, without a scrollback. It agrees with the page's emulator, xterm.js, its
/// quirks included: see README.
///
/// It is a value: a copy of it can be fed with what has not been shown yet.
package struct Screen {
  package private(set) var columns: Int
  package private(set) var rows: Int
  /// The buffer that is shown, and the other one.
  var active: ScreenBuffer
  var other: ScreenBuffer
  var isAlternate = false
  /// What characters are drawn with.
  var rendition = Rendition.standard {
    didSet {
      isPenKnown = false
      isEraserKnown = false
    }
  }
  var graphicSets = GraphicSets()
  var modes = Modes()
  var titles = Titles()
  var palette: [Int: UInt32] = [:]
  var renditions = Interned(standard: Rendition.standard)
  var links = Links()
  var clusters = Interned(standard: Cluster(former: 0, last: 0, count: 0))
  /// Clusters for which there was no room since it was last looked which are still there.
  var clustersMissed = 0
  /// The class of the character before the next one, where nothing stands between.
  var former = CharacterClass.none
  /// Whether anything may be protected from selective erasures (DECSCA).
  var hasProtected = false
  /// Whether the last thing was a character.
  var isRun = false
  var parser = ControlParser()
  var reader = UTF8Reader()
  let widths = WidthTable.shared
  // The numbers of renditions, as long as those do not change.
  private var pen: UInt32 = 0
  private var eraser: UInt32 = 0
  private var isPenKnown = true
  private var isEraserKnown = true
  private var work = 0
  /// How much may be done before `feed` stops.
  private var mostWork = Int.max
  /// With so many renditions or clusters it is time to look which of them are still there.
  private var looksAtRenditions = Self.leastInterned
  private(set) var looksAtClusters = Self.leastInterned
  /// Whether the last thing was a full reset: another one may follow.
  private var wasReset = false
  /// Whether it is time to look which renditions, clusters and links are still there.
  var isLookDue = false
  /// Whether everything is drawn at once, also what is never seen: the tests compare both ways.
  var drawsAll = false

  private static let leastInterned = 2048

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
    active.grid.makeUnique()
    other.grid.makeUnique()
    mostWork = budget.left
    var index = 0
    var next = drawsAll ? Int.max : 0
    while index < bytes.count {
      if index > 0, isWorkDone { break }
      if drawsAll { active.grid.hasWide = true }
      guard parser.isGround, reader.isBetween else {
        index = takeUnfinished(bytes, index)
        continue
      }
      if wasReset {
        wasReset = false
        if !drawsAll { index = skipToReset(bytes, from: index) }
        continue
      }
      if index >= next, mostWork &- work >= Self.leastToSkip {
        index = skipUnseen(bytes, from: index, &next)
      }
      index = takeGround(bytes, index)
    }
    active.grid.settle()
    other.dropHidden()
    other.grid.settle()
    budget.spend(takeWork())
    return index
  }

  /// Takes in more of what has begun: text of a command as far as it goes at once, or one byte.
  ///
  /// - Returns: Where to go on.
  private mutating func takeUnfinished(_ bytes: UnsafeBufferPointer<UInt8>, _ index: Int) -> Int {
    if parser.isCommand, reader.isBetween {
      let end = PlainText.end(of: bytes, from: index)
      if end > index {
        work &+= end - index
        parser.putText(bytes, index..<end)
        return end
      }
    }
    takeByte(bytes[index])
    return index + 1
  }

  /// Takes in a run of characters, a control or a control sequence, or one byte.
  ///
  /// - Returns: Where to go on.
  @inline(__always)
  private mutating func takeGround(_ bytes: UnsafeBufferPointer<UInt8>, _ index: Int) -> Int {
    let byte = bytes[index]
    if byte >= 0x20 {
      let end = printRun(bytes, from: index)
      if end > index { return end }
      let (code, length) = Self.character(bytes, index)
      if length > 0 {
        print(code)
        if isLookDue { forgetUnused() }
        return index + length
      }
    } else if byte != 0x1b {
      work &+= WorkBudget.byte
      execute(UInt32(byte))
      former = .none
      isRun = false
      return index + 1
    } else if index + 1 < bytes.count {
      if bytes[index + 1] == UInt8(ascii: "[") {
        guard let end = parser.readControl(bytes, from: index + 2) else {
          takeByte(byte)
          return index + 1
        }
        work &+= WorkBudget.sequence
        isRun = false
        control()
        former = .none
        isRun = false
        if isLookDue { forgetUnused() }
        return end
      } else if parser.readEscape(bytes[index + 1]) {
        work &+= WorkBudget.sequence
        isRun = false
        escape()
        former = .none
        isRun = false
        return index + 2
      }
    }
    takeByte(byte)
    return index + 1
  }

  /// Takes in what a host has said, in UTF-8, all of it; what that costs is taken from `budget`.
  mutating func feed(_ text: [UInt8], _ budget: inout WorkBudget) {
    var all = WorkBudget(.max)
    text.withUnsafeBufferPointer { _ = feed($0, &all) }
    budget.spend(.max - all.left)
  }

  /// Takes in what a host has said.
  package mutating func feed(_ bytes: [UInt8]) {
    var budget = WorkBudget(.max)
    feed(bytes, &budget)
  }

  /// So much was done, in units of ``WorkBudget``, beside what the grids know themselves.
  mutating func spend(_ units: Int) { work &+= units }

  /// Whether as much was done as may be done at a time.
  var isWorkDone: Bool { work &+ active.grid.work >= mostWork }

  /// How much may still be done, beside what the grids know themselves.
  var workLeft: Int { mostWork &- work }

  private mutating func takeWork() -> Int {
    defer { work = 0 }
    return work &+ active.grid.takeWork() &+ other.grid.takeWork()
  }

  /// Takes in one byte, whatever has begun.
  mutating func takeByte(_ byte: UInt8) {
    work &+= WorkBudget.byte
    if let code = reader.next(byte) { take(code) }
    if isLookDue { forgetUnused() }
  }

  private mutating func take(_ code: UInt32) {
    switch parser.next(code) {
    case .nothing:
      isRun = false
      return
    case .print: return print(code)
    case .execute: execute(code)
    case .escape:
      work &+= WorkBudget.sequence
      escape()
    case .control:
      work &+= WorkBudget.sequence
      control()
    case .command:
      work &+= WorkBudget.sequence + parser.string.count * 2
      command()
    case .end: break
    }
    former = .none
    isRun = false
  }

  /// A character, or a part of a sequence, whose rest is still to come: what brings a reset
  /// emulator to where this one is.
  var unfinished: [UInt8] { Array(parser.unfinished.utf8) + reader.unfinished }

  // MARK: Size

  /// The screen has another size from now on. Lines are cut or filled up, not broken anew: what did
  /// not fit is gone.
  package mutating func resize(columns: Int, rows: Int) {
    let (columns, rows) = (max(2, columns), max(1, rows))
    guard columns != self.columns || rows != self.rows else { return }
    self.columns = columns
    self.rows = rows
    active.resize(columns: columns, rows: rows)
    other.resize(columns: columns, rows: rows)
  }

  /// Memory that it takes, in bytes, about.
  var memory: Int {
    columns * rows * MemoryLayout<Cell>.stride * (isAlternate ? 2 : 1)
      + renditions.memory + clusters.memory + links.bytes + titles.bytes
  }

  // MARK: Buffers

  /// Shows the alternate buffer, which is filled where it was not there.
  mutating func showAlternate() {
    guard !isAlternate else { return }
    spend(256 + 4 * rows)
    swap(&active, &other)
    isAlternate = true
    active.show(columns: columns, rows: rows, fill: erasure)
    active.x = other.x
    active.y = other.y
  }

  /// Shows the normal buffer again; the alternate one is gone.
  mutating func showNormal() {
    guard isAlternate else { return }
    spend(active.grid.takeWork())
    swap(&active, &other)
    isAlternate = false
    active.x = other.x
    active.y = other.y
    other.hide(columns: columns, rows: rows)
  }

  /// A cell as erasing leaves it: no character, and the present background.
  var erasure: Cell {
    mutating get {
      if !isEraserKnown {
        eraser = number(of: rendition.erased)
        isEraserKnown = true
      }
      return Cell(look: eraser)
    }
  }

  /// A cell without a character that has all of the present rendition.
  var blank: Cell {
    mutating get {
      if !isPenKnown {
        pen = look(of: rendition.drawn)
        isPenKnown = true
      }
      return Cell(look: pen)
    }
  }

  /// What cells with a rendition have.
  mutating func look(of rendition: Rendition) -> UInt32 {
    number(of: rendition)
      | (rendition.basics.flags.contains(.protected) ? Cell.protectedLook : 0)
  }

  /// The number of a rendition.
  private mutating func number(of rendition: Rendition) -> UInt32 {
    let number = renditions.number(of: rendition)
    if renditions.count > looksAtRenditions { isLookDue = true }
    return number
  }

  /// Everything begins anew (RIS), but for what the emulator keeps then: title, colours, cursor.
  mutating func reset() {
    showNormal()
    active.reset(columns: columns, rows: rows, isShown: true)
    other.reset(columns: columns, rows: rows, isShown: false)
    rendition = .standard
    if !graphicSets.areStandard || graphicSets.level > 0 { graphicSets = GraphicSets() }
    let former = modes
    modes = Modes()
    modes.keep(former)
    renditions.removeAll()
    links.removeAll()
    clusters.removeAll()
    clustersMissed = 0
    hasProtected = false
    isLookDue = false
    wasReset = true
  }

  // MARK: What is shared

  /// Forgets renditions, clusters and links that no cell has any more.
  private mutating func forgetUnused() {
    isLookDue = false
    isPenKnown = false
    isEraserKnown = false
    other.dropHidden()
    spend(2 * (renditions.count + clusters.count + links.table.count))
    var usedRenditions = [Bool](repeating: false, count: renditions.count)
    var usedClusters = [Bool](repeating: false, count: clusters.count)
    let note: (inout Cell) -> Void = { cell in
      usedRenditions[Int(cell.rendition)] = true
      if cell.isCluster { usedClusters[Int(cell.code)] = true }
    }
    active.grid.forEach(note)
    other.grid.forEach(note)
    let newRenditions = renditions.keep(usedRenditions)
    let newClusters = keepClusters(&usedClusters)
    let renumber: (inout Cell) -> Void = { cell in
      if cell.isCluster {
        cell = Cell(cluster: newClusters[Int(cell.code)], width: cell.width, look: cell.look)
      }
      cell.rendition = newRenditions[Int(cell.rendition)]
    }
    active.grid.forEach(renumber)
    other.grid.forEach(renumber)
    keepLinks()
    looksAtRenditions = max(Self.leastInterned, 2 * renditions.count)
    looksAtClusters = max(Self.leastInterned, clusters.count + Self.mostClusters / 4)
  }

  /// Keeps the clusters that are used, and those with which they begin.
  private mutating func keepClusters(_ used: inout [Bool]) -> [UInt32] {
    // What one begins with has a lower number.
    for number in stride(from: used.count - 1, to: 0, by: -1) where used[number] {
      let former = clusters[UInt32(number)].former
      if former & Cell.clusterBit != 0 { used[Int(former & ~Cell.clusterBit)] = true }
    }
    clustersMissed = 0
    return clusters.keep(used) { cluster, renumbered in
      guard cluster.former & Cell.clusterBit != 0 else { return }
      cluster.former = renumbered[Int(cluster.former & ~Cell.clusterBit)] | Cell.clusterBit
    }
  }

  private mutating func keepLinks() {
    var used = [Bool](repeating: false, count: links.table.count)
    used[Int(rendition.extras.link)] = true
    for rendition in renditions.values { used[Int(rendition.extras.link)] = true }
    let renumbered = links.keep(used)
    rendition.extras.link = renumbered[Int(rendition.extras.link)]
    let all = [Bool](repeating: true, count: renditions.count)
    _ = renditions.keep(all) { rendition, _ in
      rendition.extras.link = renumbered[Int(rendition.extras.link)]
    }
  }
}

// All terminals in the order in which they were opened, to be gone through in pieces.

/// The live terminals by their numbers, which grow. A reader goes through them a page at a time and
/// remembers the last number that it has seen: what is opened or over in between changes nothing
/// for it.
///
/// What is over leaves a hole, and holes are closed when they are more than the terminals: each
/// change costs a search, and now and then a move of all.
struct OpenedOrder {
  private var numbers: [Int] = []
  private var terminals: [Terminal?] = []
  private var holes = 0
  /// The number of the terminal that was opened last.
  private(set) var last = 0

  /// The number of the next one.
  mutating func next() -> Int {
    last += 1
    return last
  }

  /// Adds a terminal, whose number is the latest.
  mutating func add(_ terminal: Terminal) {
    numbers.append(terminal.number)
    terminals.append(terminal)
  }

  /// A terminal is over.
  mutating func remove(_ terminal: Terminal) {
    let index = index(after: terminal.number - 1)
    guard index < numbers.count, numbers[index] == terminal.number else { return }
    terminals[index] = nil
    holes += 1
    if holes > max(64, numbers.count / 2) { closeHoles() }
  }

  /// The live terminal of that number; nil where there is none any more.
  func terminal(_ number: Int) -> Terminal? {
    let index = index(after: number - 1)
    return index < numbers.count && numbers[index] == number ? terminals[index] : nil
  }

  /// The next terminals behind a number, the oldest first.
  ///
  /// - Parameters:
  ///   - number: 0, or the number of the last one of the page before.
  ///   - most: So many at most; fewer where there are no more.
  /// - Returns: The page.
  func page(after number: Int, atMost most: Int) -> [Terminal] {
    var page: [Terminal] = []
    var index = index(after: number)
    while page.count < most, index < terminals.count {
      if let terminal = terminals[index] { page.append(terminal) }
      index += 1
    }
    return page
  }

  /// Where the first number above `number` lies.
  private func index(after number: Int) -> Int {
    var (low, high) = (0, numbers.count)
    while low < high {
      let middle = (low + high) / 2
      if numbers[middle] <= number { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private mutating func closeHoles() {
    let left = terminals.compactMap { $0 }
    numbers = left.map(\.number)
    terminals = left
    holes = 0
  }
}

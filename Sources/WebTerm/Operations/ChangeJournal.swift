// Which terminals have changed, in an order in which many readers can follow.

/// The numbers of terminals in the order of their last changes. Each reader knows its position; a
/// terminal that changes again moves to the end, and a reader that has not come to it yet is told
/// of it once.
///
///     start                             end
///     │ 4 · 9 · 2 · · 7 9 1             │        · has changed again since
///         ▲ position of a reader
struct ChangeJournal {
  /// So many changes are kept for a reader that does not read; who lacks more is told everything
  /// anew.
  static let most = 20_000

  /// The position of the first change that is kept.
  private(set) var start = 0
  private var numbers: [Int] = []
  /// The position of each terminal's last change.
  private var latest: [Int: Int] = [:]

  /// The position behind the last change.
  var end: Int { start + numbers.count }

  /// A terminal has changed.
  mutating func add(_ number: Int) {
    latest[number] = end
    numbers.append(number)
    if numbers.count > Self.most { forget(before: end - Self.most / 2) }
  }

  /// Changes before this position are of no use any more.
  mutating func forget(before position: Int) {
    let count = min(position - start, numbers.count)
    guard count > 0 else { return }
    for (offset, number) in numbers.prefix(count).enumerated()
    where latest[number] == start + offset {
      latest[number] = nil
    }
    numbers.removeFirst(count)
    start += count
  }

  /// The next terminals that have changed.
  ///
  /// - Parameters:
  ///   - position: How far the reader has come; not before ``start``.
  ///   - most: So many at most.
  /// - Returns: Their numbers, each once, and how far the reader has come then.
  func changes(after position: Int, atMost most: Int) -> (numbers: [Int], position: Int) {
    var (found, next): ([Int], Int) = ([], position)
    while next < end, found.count < most {
      let number = numbers[next - start]
      if latest[number] == next { found.append(number) }
      next += 1
    }
    return (found, next)
  }
}

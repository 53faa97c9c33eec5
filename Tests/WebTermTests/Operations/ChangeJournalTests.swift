// Many readers of what changes: none misses anything, none hears twice of what has changed twice.

import Testing

@testable import WebTerm

@Suite("The journal of changes") struct ChangeJournalTests {
  @Test("a terminal that changes again is told once, at its last place") func again() {
    var journal = ChangeJournal()
    for number in [4, 9, 4, 2] { journal.add(number) }
    let (numbers, position) = journal.changes(after: 0, atMost: 10)
    #expect(numbers == [9, 4, 2] && position == 4)
    journal.add(9)
    #expect(journal.changes(after: position, atMost: 10).numbers == [9])
    #expect(journal.changes(after: 5, atMost: 10).numbers == [])
  }

  @Test("what all know is forgotten, and positions go on") func forgets() {
    var journal = ChangeJournal()
    for number in 0..<10 { journal.add(number) }
    journal.forget(before: 7)
    #expect(journal.start == 7 && journal.end == 10)
    #expect(journal.changes(after: 7, atMost: 2).numbers == [7, 8])
    journal.forget(before: 3)
    journal.forget(before: 99)
    #expect(journal.start == 10 && journal.end == 10)
    journal.add(3)
    #expect(journal.changes(after: 10, atMost: 2).numbers == [3])
  }

  @Test("it does not grow for a reader that does not read") func bounded() {
    var journal = ChangeJournal()
    for number in 0..<(3 * ChangeJournal.most) { journal.add(number) }
    #expect(journal.end - journal.start <= ChangeJournal.most && journal.start > 0)
  }

  @Test("readers at any pace know in the end what has changed last") func readers() {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SplitMix(state: seed)
    var journal = ChangeJournal()
    var truth: [Int: Int] = [:]
    var readers = (0..<3).map { _ in (position: 0, known: [Int: Int]()) }
    for step in 0..<5000 {
      let number = Int.random(in: 0..<40, using: &random)
      truth[number] = step
      journal.add(number)
      let reader = Int.random(in: 0..<9, using: &random)
      if readers.indices.contains(reader) {
        let most = Int.random(in: 1...30, using: &random)
        let (numbers, next) = journal.changes(after: readers[reader].position, atMost: most)
        #expect(Set(numbers).count == numbers.count, "seed \(seed)")
        for number in numbers { readers[reader].known[number] = truth[number] }
        readers[reader].position = next
      }
      journal.forget(before: readers.map(\.position).min() ?? 0)
    }
    for index in readers.indices {
      for number in journal.changes(after: readers[index].position, atMost: .max).numbers {
        readers[index].known[number] = truth[number]
      }
      #expect(readers[index].known == truth, "seed \(seed)")
    }
  }
}

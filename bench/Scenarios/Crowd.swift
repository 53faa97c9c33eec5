// Many typists at once.

import EventLoop

/// Many typists on lines of one kind.
final class Crowd {
  private let bench: Bench
  private var typists: [Typist] = []
  private let pace: Duration?

  /// Opens so many lines, one after another, and waits until each echoes.
  ///
  /// - Throws: What a line says.
  init(_ count: Int, pace: Duration?, _ bench: Bench, _ makeLine: LineMaker) throws {
    self.bench = bench
    self.pace = pace
    for _ in 0..<count {
      let typist = Typist(makeLine("echo"), pace: pace, reactor: bench.context.reactor)
      var isReady = false
      typist.whenReady = { isReady = true }
      try typist.open()
      try bench.turn(until: { isReady }, "a line echoes")
      if let failure = typist.failure { throw BenchFailure("a line ended: \(failure)") }
      typists.append(typist)
    }
  }

  /// Lets all of them type, at times spread evenly.
  func type(for time: Duration) throws {
    let share = (pace ?? .zero) / max(1, typists.count)
    for (index, typist) in typists.enumerated() { typist.start(after: share * index) }
    try bench.turn(for: time)
    typists.forEach { $0.pause() }
    try bench.turn(for: .milliseconds(50))
    if let failure = typists.compactMap(\.failure).first {
      throw BenchFailure("a line ended: \(failure)")
    }
  }

  /// Waits until every key is echoed: a server that stands still is not excused for those that come
  /// late.
  func settle() throws {
    try bench.turn(
      until: { typists.allSatisfy { !$0.isOwed } }, "every key is echoed", timeout: .seconds(120))
  }

  /// The echoes of all of them.
  var echoes: Histogram {
    typists.reduce(into: Histogram()) { $0.add($1.echoes) }
  }

  /// Begins to count anew.
  func forget() {
    typists.forEach { $0.echoes = Histogram() }
  }

  func close() {
    typists.forEach { $0.close() }
  }
}

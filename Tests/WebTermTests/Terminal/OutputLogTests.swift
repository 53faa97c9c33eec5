import Testing

@testable import WebTerm

@Suite("Output log") struct OutputLogTests {
  /// The byte that belongs at an offset.
  private static func byte(_ offset: Int) -> UInt8 { UInt8(truncatingIfNeeded: offset &* 167 >> 3) }

  /// Appends up to `count` bytes that tell their offset; returns how many went in.
  private static func fill(_ log: inout OutputLog, _ count: Int, keeping kept: Int) -> Int {
    let start = log.end
    // As few are dropped as it takes.
    if log.free < count { log.drop(before: min(kept, log.start + count - log.free)) }
    let appended = log.append(atMost: count) { span in
      while !span.isFull { span.append(byte(start + span.byteCount)) }
    }
    #expect(log.end == start + appended)
    return appended
  }

  private static func content(_ log: borrowing OutputLog, _ range: Range<Int>) -> [UInt8] {
    log.lend(range) { first, second in
      first.withUnsafeBytes(Array.init) + second.withUnsafeBytes(Array.init)
    }
  }

  @Test("one that holds nothing takes no memory")
  func empty() {
    let log = OutputLog(limit: 1 << 20)
    #expect(log.capacity == 0)
    #expect(Self.content(log, 0..<0).isEmpty)
  }

  @Test("random appends, drops and growth keep every byte at its offset")
  func model() {
    var generator = SeededGenerator(seed: 21)
    var log = OutputLog(limit: 40_000)
    var kept = 0
    for _ in 0..<5000 {
      switch Int.random(in: 0..<6, using: &generator) {
      case 0: log.grow()
      case 1: kept = Int.random(in: kept...log.end, using: &generator)
      case 2 where Int.random(in: 0..<20, using: &generator) == 0: log.shrink(keeping: kept)
      default: _ = Self.fill(&log, Int.random(in: 0...3000, using: &generator), keeping: kept)
      }
      let (start, end, capacity) = (log.start, log.end, log.capacity)
      #expect(start <= kept || start == end)
      #expect(end - start <= capacity && capacity <= 40_000)
      let low = Int.random(in: start...end, using: &generator)
      let range = low..<Int.random(in: low...end, using: &generator)
      #expect(Self.content(log, range) == range.map(Self.byte))
    }
    let end = log.end
    #expect(end > 500_000)
  }

  @Test("what is kept is never overwritten: a full log takes nothing")
  func full() {
    var log = OutputLog(limit: 1024)
    log.grow()
    var total = 0
    for _ in 0..<10 { total += Self.fill(&log, 1000, keeping: 0) }
    let room = log.room(keepingFrom: 0)
    #expect(total == 1024 && room == 0)
    #expect(Self.fill(&log, 100, keeping: 100) == 100)
    let start = log.start
    #expect(start == 100)
  }

  @Test("shrinking keeps what is needed and gives the rest back")
  func shrink() {
    var log = OutputLog(limit: 1 << 18)
    for _ in 0..<5 { log.grow() }
    while Self.fill(&log, 65536, keeping: 0) > 0 {}
    let end = log.end
    log.shrink(keeping: end - 10)
    let capacity = log.capacity
    #expect(capacity == 1024)
    #expect(Self.content(log, (end - 10)..<end) == ((end - 10)..<end).map(Self.byte))
    log.shrink(keeping: end)
    let nothing = log.capacity
    #expect(nothing == 0)
  }
}

@Suite("Input queue") struct InputQueueTests {
  @Test("what the remote takes at once does not wait, and room stays whole")
  func direct() {
    var queue = InputQueue()
    var taken: [UInt8] = []
    queue.append([1, 2, 3].span) { bytes in
      taken += bytes.withUnsafeBytes(Array.init)
      return bytes.byteCount
    }
    #expect(taken == [1, 2, 3] && queue.isEmpty && queue.received == 3)
    #expect(queue.room == InputQueue.capacity)
  }

  @Test("a remote that takes nothing leaves less and less room, then none")
  func noAppetite() {
    var queue = InputQueue()
    let piece = [UInt8](repeating: 9, count: 16384)
    for step in 1...4 {
      queue.append(piece.span) { _ in 0 }
      #expect(queue.room == InputQueue.capacity - step * 16384)
    }
  }

  @Test("a slow remote gets every byte in order")
  func slow() {
    var queue = InputQueue()
    var generator = SeededGenerator(seed: 2)
    var sent: [UInt8] = []
    var taken: [UInt8] = []
    let write: (RawSpan) -> Int = { bytes in
      let count = min(bytes.byteCount, Int.random(in: 0...500, using: &generator))
      taken += bytes.extracting(0..<count).withUnsafeBytes(Array.init)
      return count
    }
    for step in 0..<3000 {
      let count = min(queue.room, 300)
      let piece = (0..<count).map { UInt8(truncatingIfNeeded: $0 + step) }
      sent += piece
      queue.append(piece.span, write: write)
      queue.drain(write: write)
      #expect(queue.count <= InputQueue.capacity)
    }
    while !queue.isEmpty { queue.drain(write: write) }
    #expect(taken == sent && queue.received == sent.count)
  }
}

@Suite("A viewer's input") struct ViewerInputTests {
  @Test("room is told as it comes back, and not for every byte")
  func tells() {
    var input = ViewerInput(from: 7)
    input.roomIsTold(InputQueue.capacity)
    input.take(InputQueue.capacity)
    var told: [Int] = []
    for room in 0...InputQueue.capacity where input.shouldTell(room: room) {
      told.append(room)
      input.roomIsTold(room)
    }
    #expect(told == [16384, 32768, 49152, 65536])
  }

  @Test("what was granted once is no mistake, though it was taken back; what never was is one")
  func judges() {
    var input = ViewerInput(from: 100)
    input.roomIsTold(50)
    #expect(input.judge(50, room: 50) == .fits)
    #expect(input.judge(50, room: 0) == .roomWasTaken && input.judge(51, room: 0) == .beyondRoom)
    input.take(20)
    #expect(input.judge(30, room: 10) == .roomWasTaken)
    #expect(input.judge(31, room: 10) == .beyondRoom)
    // More room than it was told of is no mistake either.
    #expect(input.judge(60, room: 60) == .fits)
    #expect(input.received == 120)
  }
}

@Suite("Input fence") struct InputFenceTests {
  @Test("it is up until the last ping was answered, in any order that a page may answer in")
  func order() {
    var fence = InputFence()
    #expect(!fence.isUp)
    let pings = (0..<3).map { _ in fence.raise() }
    #expect(fence.isUp && Set(pings).count == 3)
    fence.answered(pings[1])
    fence.answered(pings[0])
    fence.answered([])
    fence.answered([0x66, 9, 0, 0, 0])
    #expect(fence.isUp)
    fence.answered(pings[2])
    #expect(!fence.isUp)
  }
}

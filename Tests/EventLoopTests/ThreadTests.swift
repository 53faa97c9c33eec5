import Glibc
import Synchronization
import Testing

@testable import EventLoop

@Suite("Threads beside the loop's") struct ThreadTests {
  /// Turns the loop until a condition holds, for as long as a machine may take that has much else
  /// to do.
  private func turn(_ reactor: Reactor, until isDone: () -> Bool) throws {
    let limit = MonotonicInstant.now + .seconds(300)
    while !isDone(), MonotonicInstant.now < limit {
      try reactor.turn(until: .now + .milliseconds(20))
    }
    #expect(isDone())
  }

  @Test("what a helper has worked out is told on the loop, in the order of the jobs")
  func helper() throws {
    let reactor = try Reactor()
    let helper = try HelperThread(reactor: reactor)
    let loop = pthread_self()
    var outcomes: [Int] = []
    for number in 0..<100 {
      try helper.run({ pthread_equal(pthread_self(), loop) == 0 ? number : -1 }) {
        #expect(pthread_equal(pthread_self(), loop) != 0)
        outcomes.append($0)
      }
    }
    try turn(reactor) { outcomes.count == 100 }
    #expect(outcomes == Array(0..<100) && helper.pending == 0)
    helper.close()
  }

  @Test("a turn tells so many letters, in order, and a closed mailbox none")
  func shares() throws {
    let reactor = try Reactor()
    var told: [Int] = []
    let mailbox = try Mailbox<Int>(reactor: reactor) { told.append($0) }
    for number in 0..<1000 { mailbox.sender.post(number) }
    while told.count < 900 {
      let before = told.count
      try reactor.turn(until: .now)
      // When they come, and at the turn's end.
      #expect(told.count > before && told.count - before <= 2 * MailboxShare.perTurn)
      if before == 0 { mailbox.sender.post(1000) }
    }
    #expect(told == Array(0..<told.count))
    mailbox.close()
    let count = told.count
    try reactor.turn(until: .now)
    #expect(told.count == count)
  }

  @Test("what a helper is to let go of is not freed on the loop's thread")
  func letGo() throws {
    final class Witness: Sendable {
      let told: @Sendable (Bool) -> Void
      let loop: pthread_t

      init(_ loop: pthread_t, _ told: @escaping @Sendable (Bool) -> Void) {
        self.loop = loop
        self.told = told
      }

      deinit { told(pthread_equal(pthread_self(), loop) == 0) }
    }
    let reactor = try Reactor()
    let helper = try HelperThread(reactor: reactor)
    let elsewhere = Mutex<[Bool]>([])
    let loop = pthread_self()
    for _ in 0..<100 {
      let values = (0..<10).map { _ in
        Witness(loop) { place in elsewhere.withLock { $0.append(place) } }
      }
      helper.letGo(of: consume values)
    }
    try turn(reactor) { elsewhere.withLock { $0.count } == 1000 }
    #expect(elsewhere.withLock { $0.allSatisfy(\.self) })
    helper.close()
  }

  @Test(
    "a helper that is closed tells nothing more, ends its thread and gives its descriptors back")
  func closedHelper() throws {
    let reactor = try Reactor()
    let before = reactor.registrationCount
    let began = Mutex(false)
    let mayEnd = Mutex(false)
    final class Token: Sendable {}
    weak var remembered: Token?
    do {
      let token = Token()
      remembered = token
      let helper = try HelperThread(reactor: reactor)
      try helper.run({ [token] in
        began.withLock { $0 = true }
        while !mayEnd.withLock({ $0 }) { usleep(1000) }
        _ = token
      }) { Issue.record("told after the end") }
      try turn(reactor) { began.withLock { $0 } }
      helper.close()
    }
    #expect(reactor.registrationCount == before)
    mayEnd.withLock { $0 = true }
    // The thread lets go of its job, and of everything, when it ends.
    try turn(reactor) { remembered == nil }
  }

  @Test("lines that are not taken wait, are bounded, and those that are lost are counted")
  func writer() throws {
    var ends: [2 of CInt] = [0, 0]
    let made = withUnsafeMutableBytes(of: &ends) {
      pipe($0.baseAddress?.assumingMemoryBound(to: CInt.self))
    }
    try #require(made == 0)
    let reading = Descriptor(owning: ends[0])
    let writer = try WriterThread()
    let file = AppendedFile(Descriptor(owning: ends[1]))
    let line = [UInt8](repeating: UInt8(ascii: "x"), count: 999) + [UInt8(ascii: "\n")]
    var (taken, lost, lostInARow) = (0, 0, 0)
    // Far more than a pipe and the queue hold: to post returns all the same.
    while lostInARow < 500 {
      let isTaken = writer.post(line, to: file) != nil
      taken += isTaken ? 1 : 0
      lost += isTaken ? 0 : 1
      lostInARow = isTaken ? 0 : lostInARow + 1
    }
    #expect(taken >= WriterThread.capacity / line.count && writer.lost == lost)
    var read = 0
    var buffer = [UInt8](repeating: 0, count: 65536)
    while read < taken * line.count {
      let count = buffer.withUnsafeMutableBytes {
        Glibc.read(reading.number, $0.baseAddress, $0.count)
      }
      try #require(count > 0)
      read += count
    }
    writer.drain(atMost: 30_000)
    #expect(writer.post(line, to: file) == lostInARow)
    #expect(writer.post(line, to: file) == 0)
    writer.drain(atMost: 30_000)
    #expect(writer.failed == 0)
  }

  @Test("a file that takes nothing for a moment, without waiting itself, loses no line")
  func nonBlocking() throws {
    var ends: [CInt] = [-1, -1]
    try #require(pipe(&ends) == 0)
    let reading = Descriptor(owning: ends[0])
    let file = AppendedFile(Descriptor(owning: ends[1]))
    try #require(fcntl(ends[1], F_SETFL, O_NONBLOCK) == 0)
    let writer = try WriterThread()
    let line = [UInt8](repeating: 7, count: 10_000)
    for _ in 0..<50 { #expect(writer.post(line, to: file) == 0) }
    var count = 0
    var buffer = [UInt8](repeating: 0, count: 65536)
    while count < 500_000 {
      let read = Glibc.read(reading.number, &buffer, buffer.count)
      try #require(read > 0)
      count += read
    }
    writer.drain(atMost: 30_000)
    #expect(count == 500_000 && writer.failed == 0 && writer.lost == 0)
  }

  @Test("a line that the system refuses is counted")
  func refused() throws {
    let writer = try WriterThread()
    let number = open("/dev/full", O_WRONLY | O_CLOEXEC)
    try #require(number >= 0)
    let file = AppendedFile(Descriptor(owning: number))
    #expect(writer.post([1], to: file) == 0)
    writer.drain(atMost: 30_000)
    #expect(writer.failed == 1)
  }

  @Test("a file that was read is stale when it is another one, gone, or there at last")
  func readFile() throws {
    let path = "/tmp/webtermd-read-\(getpid())-\(UInt64.random(in: 0...(.max)))"
    defer { unlink(path) }
    let missing = ReadFile(path) { $0?.count ?? -1 }
    #expect(missing.content == -1 && missing.problem?.code == ENOENT && !missing.isStale)
    try writeFile(path, [1, 2, 3])
    #expect(missing.isStale)
    let there = missing.readAgain()
    #expect(there.content == 3 && there.problem == nil && !there.isStale)
    try writeFile(path, [1, 2])
    #expect(there.isStale && there.readAgain().content == 2)
    unlink(path)
    #expect(there.isStale)
  }
}

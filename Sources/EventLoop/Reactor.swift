// The loop: waits for descriptors and deadlines and tells their owners. It knows nothing of what
// the descriptors are for.

import CLinux
import Glibc

/// A single-threaded reactor over epoll(7), level-triggered.
///
/// One turn: wait → handlers of ready descriptors → due timers → what was put off to the turn's end.
/// A reactor and everything registered with it stay on the thread that made it; other threads speak
/// to it through a ``Mailbox``.
public final class Reactor {
  public typealias Instant = MonotonicInstant

  /// A descriptor's place in the reactor. Whoever owns the descriptor keeps it, and gives both up
  /// together.
  public struct Registration: Equatable {
    fileprivate let slot: Int
    fileprivate let generation: UInt32
  }

  /// A timer's place in the reactor.
  public struct Timer: Equatable {
    fileprivate let slot: Int
  }

  private struct Slot {
    var handler: (any ReadinessHandler)?
    // Counts the owners this slot has had. Events carry it, so that one which was queued for a
    // descriptor that is closed by now never reaches the slot's next owner.
    var generation: UInt32
    var interest: Readiness
  }

  /// Events taken from the kernel in one wait.
  private static let eventsPerTurn = 256

  private let epoll: Descriptor
  private var slots: [Slot] = []
  private var freeSlots: [Int] = []
  private var heap = TimerHeap()
  private var timerHandlers: [(any TimerHandler)?] = []
  private var putOff: [any TurnEndHandler] = []
  private var beingEnded: [any TurnEndHandler] = []
  private var events = [linux_epoll_event](
    repeating: linux_epoll_event(), count: Reactor.eventsPerTurn)
  private var isStopping = false

  /// The time at which this turn began: one reading of the clock serves the whole turn. Its end is read, too, and
  /// serves the next wait.
  public private(set) var now = MonotonicInstant.now

  /// How long turns took in which something was ready.
  public private(set) var turnTimes = TurnTimes()

  /// How many descriptors are registered.
  public var registrationCount: Int { slots.count - freeSlots.count }

  /// - Throws: What epoll_create1(2) says.
  public init() throws(SystemError) {
    let number = linux_epoll_create()
    guard number >= 0 else { throw SystemError("epoll_create1") }
    epoll = Descriptor(owning: number)
  }

  // MARK: Descriptors

  /// Begins to wait for `descriptor`. The reactor keeps `handler` until ``remove(_:descriptor:)``.
  ///
  /// - Throws: What epoll_ctl(2) says, such as `ENOSPC` or `EPERM` for a regular file.
  public func add(
    _ descriptor: borrowing Descriptor, for interest: Readiness, handler: any ReadinessHandler
  ) throws(SystemError) -> Registration {
    let slot = freeSlots.popLast() ?? slots.count
    if slot == slots.count { slots.append(Slot(handler: nil, generation: 0, interest: [])) }
    let registration = Registration(slot: slot, generation: slots[slot].generation)
    guard
      linux_epoll_add(epoll.number, descriptor.number, interest.rawValue, registration.word) == 0
    else {
      let error = SystemError("epoll_ctl")
      freeSlots.append(slot)
      throw error
    }
    slots[slot].handler = handler
    slots[slot].interest = interest
    return registration
  }

  /// Waits for something else from now on. Costs no system call where nothing changes.
  public func setInterest(
    _ registration: Registration, descriptor: borrowing Descriptor, to interest: Readiness
  ) {
    guard isCurrent(registration), slots[registration.slot].interest != interest else { return }
    slots[registration.slot].interest = interest
    let result = linux_epoll_change(
      epoll.number, descriptor.number, interest.rawValue, registration.word)
    // It can fail only for a descriptor that is not registered, which is the owner's mistake.
    assert(result == 0, "epoll_ctl: \(errno)")
  }

  /// Ends the wait. Call it before the descriptor closes; events already taken are not delivered.
  public func remove(_ registration: Registration, descriptor: borrowing Descriptor) {
    guard isCurrent(registration) else { return }
    _ = linux_epoll_remove(epoll.number, descriptor.number)
    slots[registration.slot].handler = nil
    slots[registration.slot].generation &+= 1
    freeSlots.append(registration.slot)
  }

  private func isCurrent(_ registration: Registration) -> Bool {
    slots[registration.slot].generation == registration.generation
  }

  // MARK: Timers

  /// A timer that is not set yet. The reactor keeps `handler` until ``remove(_:)``.
  public func makeTimer(handler: any TimerHandler) -> Timer {
    let slot = heap.insert(now: now)
    if slot == timerHandlers.count { timerHandlers.append(nil) }
    timerHandlers[slot] = handler
    return Timer(slot: slot)
  }

  /// Sets the timer, also where it was set already; nil takes it back.
  public func set(_ timer: Timer, to deadline: Instant?) {
    heap.set(timer.slot, to: deadline)
  }

  /// Gives the timer up.
  public func remove(_ timer: Timer) {
    guard timerHandlers[timer.slot] != nil else { return }
    timerHandlers[timer.slot] = nil
    heap.remove(timer.slot)
  }

  // MARK: Turns

  /// Calls `handler` when everybody ready in this turn was heard. Ask once per need: asking twice
  /// calls twice.
  public func atTurnEnd(_ handler: any TurnEndHandler) {
    putOff.append(handler)
  }

  /// Runs until ``stop()``.
  ///
  /// - Throws: What epoll_wait(2) says, which only a broken program can make it say.
  public func run() throws(SystemError) {
    isStopping = false
    now = .now
    while !isStopping {
      try nextTurn(until: nil)
    }
  }

  /// Ends ``run()`` after the current turn.
  public func stop() {
    isStopping = true
  }

  /// One turn: waits no longer than until `limit`, or for as long as it takes where that is nil.
  ///
  /// - Throws: What epoll_wait(2) says.
  public func turn(until limit: Instant?) throws(SystemError) {
    now = .now
    try nextTurn(until: limit)
  }

  private func nextTurn(until limit: Instant?) throws(SystemError) {
    let count = try wait(until: limit)
    now = .now
    for index in 0..<count {
      deliver(events[index])
    }
    fireTimers()
    endTurn()
    let end = Instant.now
    if count > 0 { turnTimes.record(from: now, to: end) }
    now = end
  }

  private func wait(until limit: Instant?) throws(SystemError) -> Int {
    let milliseconds = putOff.isEmpty ? patience(until: limit) : 0
    let number = epoll.number
    let count = events.withUnsafeMutableBufferPointer { buffer in
      linux_epoll_wait(number, buffer.baseAddress, CInt(buffer.count), milliseconds)
    }
    if count >= 0 { return Int(count) }
    let error = SystemError("epoll_wait")
    guard error.code == EINTR else { throw error }
    return 0
  }

  /// Milliseconds to wait, rounded up: a timer never fires early. -1 waits for ever.
  private func patience(until limit: Instant?) -> CInt {
    let deadline =
      switch (heap.nextDeadline, limit) {
      case (let timer?, let limit?): min(timer, limit)
      case (let timer, let limit): timer ?? limit
      }
    guard let deadline else { return -1 }
    let wait = deadline.nanoseconds - now.nanoseconds
    guard wait > 0 else { return 0 }
    return CInt(min((wait - 1) / 1_000_000 + 1, 3_600_000))
  }

  private func deliver(_ event: linux_epoll_event) {
    let slot = Int(event.data & 0xffff_ffff)
    guard slots[slot].generation == UInt32(event.data >> 32), let handler = slots[slot].handler
    else { return }
    handler.ready(Readiness(rawValue: event.events))
  }

  private func fireTimers() {
    while let slot = heap.popDue(now: now) {
      timerHandlers[slot]?.timerFired(now: now)
    }
  }

  private func endTurn() {
    // What is put off while this runs belongs to the next turn, which then does not wait.
    swap(&putOff, &beingEnded)
    for handler in beingEnded {
      handler.turnEnds()
    }
    beingEnded.removeAll(keepingCapacity: true)
  }
}

extension Reactor.Registration {
  /// What the kernel carries for us: generation above, slot below.
  fileprivate var word: UInt64 { UInt64(generation) << 32 | UInt64(slot) }
}

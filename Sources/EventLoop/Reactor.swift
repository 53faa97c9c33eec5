// The loop: waits for descriptors and deadlines and tells their owners. It knows nothing of what
// the descriptors are for.

import CLinux
import Glibc

/// A single-threaded reactor over epoll(7), level-triggered.
///
/// One turn: wait → handlers of ready descriptors → due timers → what was put off to the turn's
/// end. Each of the three ends early where the turn has lasted for ``longestTurn``: the rest comes
/// in the next turn, before anything new. A reactor and everything registered with it stay on the
/// thread that made it; other threads speak to it through a ``Mailbox``.
public final class Reactor {
  public typealias Instant = MonotonicInstant

  public typealias Registration = EventLoop.Registration

  /// A timer's place in the reactor.
  public struct Timer: Equatable {
    fileprivate let place: TimerTable.Place
  }

  /// Events taken from the kernel in one wait.
  private static let eventsPerTurn = 256
  /// After this long a turn begins nothing more, in nanoseconds: what was answered so far goes out,
  /// and timers that are due are heard. A handler that takes longer by itself is the handler's
  /// mistake.
  static let longestTurn: Int64 = 4_000_000

  // The tables are structs, of which a turn asks each but once: every access to such a property of
  // a class costs a check that nothing else accesses it. What most turns want to know is beside
  // them.
  private let epoll: Descriptor
  private let alarm: Alarm
  private let events = UnsafeMutableBufferPointer<linux_epoll_event>.allocate(
    capacity: Reactor.eventsPerTurn)
  /// Which of `events` are still to be delivered: all of them as a rule, after a long turn the
  /// rest.
  private var undelivered = 0..<0
  private var registrations = RegistrationTable()
  private var timers = TimerTable()
  private var putOff = TurnEndQueue()
  private var isWorkPutOff = false
  private var nearest: Instant?
  private var isStopping = false
  private var time = MonotonicInstant.now
  private var times = TurnTimes()
  private var unasked = 0

  /// The time at which this turn began: one reading of the clock serves the whole turn. Its end is
  /// read, too, and serves the next wait.
  public var now: Instant { time }

  /// How long turns took in which something was ready or put off.
  public var turnTimes: TurnTimes { times }

  /// Whether one handler alone is ready in this turn, and no timer is due: nothing waits for it to
  /// be done.
  public private(set) var isAlone = false

  /// When the loop was away.
  public private(set) var presence = Presence()

  /// How many events came that were not asked for: an end or an error where the owner waits for
  /// nothing, or a readiness that was given up in the same turn. One that never stops growing is a
  /// descriptor that keeps the loop awake.
  public var unaskedEvents: Int { unasked }

  /// Told of each of them.
  public var unaskedObserver: ((Readiness) -> Void)?

  /// Which turn this is: what is done once a turn can tell by it.
  public private(set) var turnNumber = 0

  /// How many descriptors are registered.
  public var registrationCount: Int { registrations.count }

  /// - Throws: What epoll_create1(2) or timerfd_create(2) says.
  public init() throws(SystemError) {
    let number = linux_epoll_create()
    guard number >= 0 else { throw SystemError("epoll_create1") }
    epoll = Descriptor(owning: number)
    alarm = try Alarm(epoll: epoll)
    events.initialize(repeating: linux_epoll_event())
  }

  deinit {
    events.deallocate()
  }

  // MARK: Descriptors

  /// Begins to wait for `descriptor`. The reactor keeps `handler` until ``remove(_:descriptor:)``.
  ///
  /// - Throws: What epoll_ctl(2) says, such as `ENOSPC` or `EPERM` for a regular file.
  public func add(
    _ descriptor: borrowing Descriptor, for interest: Readiness, handler: any ReadinessHandler
  ) throws(SystemError) -> Registration {
    let registration = registrations.insert(handler, for: interest)
    guard
      linux_epoll_add(epoll.number, descriptor.number, interest.rawValue, registration.word) == 0
    else {
      let error = SystemError("epoll_ctl")
      _ = registrations.remove(registration)
      throw error
    }
    return registration
  }

  /// Waits for something else from now on. Costs no system call where nothing changes.
  public func setInterest(
    _ registration: Registration, descriptor: borrowing Descriptor, to interest: Readiness
  ) {
    guard registrations.change(registration, to: interest) else { return }
    let result = linux_epoll_change(
      epoll.number, descriptor.number, interest.rawValue, registration.word)
    // It can fail only for a descriptor that is not registered, which is the owner's mistake.
    assert(result == 0, "epoll_ctl: \(errno)")
  }

  /// Ends the wait. Call it before the descriptor closes; events already taken are not delivered.
  public func remove(_ registration: Registration, descriptor: borrowing Descriptor) {
    guard registrations.remove(registration) != nil else { return }
    _ = linux_epoll_remove(epoll.number, descriptor.number)
  }

  // MARK: Timers

  /// A timer that is not set yet. The reactor keeps `handler` until ``remove(_:)``.
  public func makeTimer(handler: any TimerHandler) -> Timer {
    Timer(place: timers.insert(handler, now: time))
  }

  /// Sets the timer, also where it was set already; nil takes it back.
  public func set(_ timer: Timer, to deadline: Instant?) {
    // A deadline that is past already is due now: it does not say that the loop is late.
    timers.set(timer.place, to: deadline.map { max($0, time) })
    nearest = timers.nextDeadline
  }

  /// Gives the timer up.
  public func remove(_ timer: Timer) {
    let handler = timers.remove(timer.place)
    nearest = timers.nextDeadline
    _ = consume handler
  }

  // MARK: Turns

  /// Calls `handler` when everybody ready in this turn was heard. Ask once per need: asking twice
  /// calls twice.
  public func atTurnEnd(_ handler: any TurnEndHandler) {
    putOff.append(handler)
    isWorkPutOff = true
  }

  /// Runs until ``stop()``.
  ///
  /// - Throws: What epoll_wait(2) says, which only a broken program can make it say.
  public func run() throws(SystemError) {
    isStopping = false
    time = .now
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
    time = .now
    try nextTurn(until: limit)
  }

  private func nextTurn(until limit: Instant?) throws(SystemError) {
    if undelivered.isEmpty { undelivered = 0..<(try wait(until: limit)) }
    let beginning = Instant.now
    time = beginning
    if let nearest, nearest < beginning { presence.look(at: beginning, due: nearest) }
    turnNumber += 1
    let count = undelivered.count
    isAlone = count == 1 && nearest.map { $0 > beginning } != false
    let end = beginning.advanced(byNanoseconds: Self.longestTurn)
    deliver(until: end)
    if let nearest, nearest <= beginning { fireTimers(beginning, until: end) }
    let hasWork = count > 0 || isWorkPutOff
    if isWorkPutOff { endTurn(until: end) }
    time = .now
    if hasWork { times.record(from: beginning, to: time) }
  }

  /// Delivers one event, and more of them as long as there is time.
  private func deliver(until end: Instant) {
    while let index = undelivered.first {
      undelivered.removeFirst()
      let event = events[index]
      if event.data == Alarm.word {
        alarm.rang()
      } else {
        deliver(Readiness(rawValue: event.events), to: event.data)
      }
      // One alone costs no look at the clock.
      if !undelivered.isEmpty, Instant.now >= end { return }
    }
  }

  /// Tells an owner what it wants to hear at this moment: a handler before it in this turn may have
  /// changed that.
  private func deliver(_ readiness: Readiness, to word: UInt64) {
    guard let (handler, interest) = registrations.owner(of: word) else { return }
    let wanted = readiness.intersection([interest, .hungUp, .failed])
    if interest.isEmpty || wanted.isEmpty { report(unasked: readiness) }
    if !wanted.isEmpty { handler.ready(wanted) }
  }

  private func report(unasked readiness: Readiness) {
    unasked += 1
    unaskedObserver?(readiness)
  }

  private func wait(until limit: Instant?) throws(SystemError) -> Int {
    let timeout = isWorkPutOff ? 0 : timeout(until: limit)
    let count = linux_epoll_wait(
      epoll.number, events.baseAddress, CInt(events.count), timeout)
    if count >= 0 { return Int(count) }
    let error = SystemError("epoll_wait")
    guard error.code == EINTR else { throw error }
    return 0
  }

  /// Nanoseconds to wait. -1 waits for ever, or until the alarm.
  private func timeout(until limit: Instant?) -> Int64 {
    let deadline =
      switch (nearest, limit) {
      case (let timer?, let limit?): min(timer, limit)
      case (let timer, let limit): timer ?? limit
      }
    guard let deadline, !alarm.rings(before: deadline, now: time) else { return -1 }
    return max(0, deadline.nanoseconds - time.nanoseconds)
  }

  private func fireTimers(_ now: Instant, until end: Instant) {
    while let handler = timers.popDue(now: now) {
      handler.timerFired(now: now)
      nearest = timers.nextDeadline
      if let nearest, nearest <= now, Instant.now >= end { return }
    }
    nearest = timers.nextDeadline
  }

  private func endTurn(until end: Instant) {
    // What is put off while this runs belongs to the next turn, which then does not wait.
    var handlers = putOff.takeAll()
    isWorkPutOff = false
    var count = 0
    for handler in handlers {
      handler.turnEnds()
      count += 1
      if count < handlers.count, Instant.now >= end { break }
    }
    if count == handlers.count {
      handlers.removeAll(keepingCapacity: true)
    } else {
      handlers.removeFirst(count)
      isWorkPutOff = true
    }
    putOff.giveBack(handlers)
  }
}

/// What is put off to the turn's end.
private struct TurnEndQueue {
  private var handlers: [any TurnEndHandler] = []
  // Two arrays take turns, so that no turn allocates one.
  private var spare: [any TurnEndHandler] = []

  mutating func append(_ handler: any TurnEndHandler) {
    handlers.append(handler)
  }

  /// Everybody who waits, in order.
  mutating func takeAll() -> [any TurnEndHandler] {
    let taken = handlers
    handlers = spare
    spare = []
    return taken
  }

  /// Takes back those of a turn that have not been heard, to be heard first in the next one; mostly
  /// there is none, and the array's memory is used again.
  mutating func giveBack(_ rest: [any TurnEndHandler]) {
    guard !rest.isEmpty else {
      spare = rest
      return
    }
    handlers = rest + handlers
  }
}

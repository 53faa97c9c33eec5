// The loop: waits for descriptors and deadlines and tells their owners. It knows nothing of what
// the descriptors are for.

/// A single-threaded reactor over epoll(7), level-triggered.
///
/// One turn: wait → handlers of ready descriptors → due timers → what was put off to the turn's
/// end. Each of the three ends early where the turn has lasted for ``longestTurn``: the rest comes
/// in the next turn, before anything new. A reactor and everything registered with it stay on the
/// thread that made it; other threads speak to it through a ``Mailbox``.
public final class Reactor {
  public typealias Instant = MonotonicInstant

  public typealias Registration = EventLoop.Registration

  /// A timer of the reactor's.
  public struct Timer: Equatable {
    fileprivate let key: TimerTable.Key
  }

  /// After this long a turn begins nothing more, in nanoseconds: what was answered so far goes out,
  /// and timers that are due are heard. A handler that takes longer by itself is the handler's
  /// mistake.
  static let longestTurn: Int64 = 4_000_000

  // Structs, of which a turn asks each but once: each access to one costs a check that nothing else
  // accesses it. What most turns want to know stands beside them.
  private var poller: Poller
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
    poller = try Poller()
  }

  // MARK: Descriptors

  /// Begins to wait for `descriptor`. The reactor keeps `handler` until ``remove(_:descriptor:)``.
  ///
  /// - Throws: What epoll_ctl(2) says, such as `ENOSPC` or `EPERM` for a regular file.
  public func add(
    _ descriptor: borrowing Descriptor, for interest: Readiness, handler: any ReadinessHandler
  ) throws(SystemError) -> Registration {
    let registration = registrations.insert(handler, for: interest)
    do throws(SystemError) {
      try poller.add(descriptor, for: interest, word: registration.word)
    } catch {
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
    poller.change(descriptor, to: interest, word: registration.word)
  }

  /// Ends the wait. Call it before the descriptor closes; events already taken are not delivered.
  public func remove(_ registration: Registration, descriptor: borrowing Descriptor) {
    guard registrations.remove(registration) != nil else { return }
    poller.remove(descriptor)
  }

  // MARK: Timers

  /// A timer that is not set yet. The reactor keeps `handler` until ``remove(_:)``.
  public func makeTimer(handler: any TimerHandler) -> Timer {
    Timer(key: timers.insert(handler, now: time))
  }

  /// Sets the timer, also where it was set already; nil takes it back.
  public func set(_ timer: Timer, to deadline: Instant?) {
    // A deadline that is past already is due now: it does not say that the loop is late.
    timers.set(timer.key, to: deadline.map { max($0, time) })
    nearest = timers.nextDeadline
  }

  /// Sets a timer that its owner has only while it is set.
  ///
  /// - Parameters:
  ///   - timer: Made where there is none.
  ///   - deadline: When it is due.
  ///   - handler: Told then; the reactor keeps it until ``remove(_:)``.
  public func set(_ timer: inout Timer?, to deadline: Instant, handler: any TimerHandler) {
    let current = timer ?? makeTimer(handler: handler)
    timer = current
    set(current, to: deadline)
  }

  /// Gives the timer up, where there is one.
  public func remove(_ timer: inout Timer?) {
    if let current = timer.take() { remove(current) }
  }

  /// Gives the timer up.
  public func remove(_ timer: Timer) {
    let handler = timers.remove(timer.key)
    nearest = timers.nextDeadline
    _ = consume handler
  }

  // MARK: Turns

  /// Calls `handler` when all that are ready in this turn were told: once, however often it asks.
  /// From the moment at which it is called it may ask anew, for the next turn.
  public func atTurnEnd(_ handler: any TurnEndHandler) {
    guard !handler.turnEndMark.isWaiting else { return }
    handler.turnEndMark.isWaiting = true
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
    try poller.wait(until: waitEnd(limit), now: time)
    let beginning = Instant.now
    time = beginning
    if let nearest, nearest < beginning { presence.look(at: beginning, due: nearest) }
    turnNumber += 1
    let count = poller.count
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
    while poller.count > 0 {
      if let (readiness, word) = poller.next() { deliver(readiness, to: word) }
      // One alone costs no look at the clock.
      if poller.count > 0, Instant.now >= end { return }
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

  /// Until when the next turn may wait: not at all where work was put off.
  private func waitEnd(_ limit: Instant?) -> Instant? {
    if isWorkPutOff { return time }
    return switch (nearest, limit) {
    case (let timer?, let limit?): min(timer, limit)
    case (let timer, let limit): timer ?? limit
    }
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
      handler.turnEndMark.isWaiting = false
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

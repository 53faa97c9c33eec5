import Glibc
import Testing

@testable import EventLoop

@Suite("Reactor") struct ReactorTests {
  @Test("a readable descriptor's handler is told, level-triggered, until the bytes are read")
  func readiness() throws {
    let reactor = try Reactor()
    let pipe = try Pipe()
    let handler = Recorder()
    let registration = try reactor.add(pipe.reading, for: .readable, handler: handler)
    try reactor.turn(until: .now)
    #expect(handler.seen.isEmpty)
    pipe.write("x")
    try reactor.turn(until: .now)
    try reactor.turn(until: .now)
    #expect(handler.seen == [.readable, .readable])
    reactor.remove(registration, descriptor: pipe.reading)
    try reactor.turn(until: .now)
    #expect(handler.seen.count == 2)
  }

  @Test("a handler that alone is ready, with no timer due, is alone")
  func alone() throws {
    final class Asker: ReadinessHandler, TimerHandler {
      var isAlone: (() -> Bool)?
      var answers: [Bool] = []
      func ready(_ readiness: Readiness) { answers.append(isAlone?() ?? false) }
      func timerFired(now: MonotonicInstant) {}
    }
    let reactor = try Reactor()
    let first = try Pipe()
    let second = try Pipe()
    let asker = Asker()
    asker.isAlone = { reactor.isAlone }
    let one = try reactor.add(first.reading, for: .readable, handler: asker)
    let other = try reactor.add(second.reading, for: .readable, handler: asker)
    first.write("x")
    try reactor.turn(until: .now)
    second.write("x")
    try reactor.turn(until: .now)
    #expect(asker.answers == [true, false, false])
    reactor.setInterest(other, descriptor: second.reading, to: [])
    let timer = reactor.makeTimer(handler: asker)
    reactor.set(timer, to: .now)
    try reactor.turn(until: .now)
    try reactor.turn(until: .now)
    #expect(asker.answers.suffix(2) == [false, true])
    reactor.remove(timer)
    reactor.remove(one, descriptor: first.reading)
    reactor.remove(other, descriptor: second.reading)
  }

  @Test("a turn that has lasted long begins nothing more, and the rest comes first in the next one")
  func longTurns() throws {
    final class Slow: ReadinessHandler, TimerHandler, TurnEndHandler {
      let name: Int
      let pipe: Pipe
      let done: (Int) -> Void
      var turnEndMark = TurnEndMark()
      init(_ name: Int, _ done: @escaping (Int) -> Void) throws {
        pipe = try Pipe()
        (self.name, self.done) = (name, done)
      }
      func ready(_ readiness: Readiness) { work() }
      func timerFired(now: MonotonicInstant) { work() }
      func turnEnds() { work() }
      private func work() {
        let end = MonotonicInstant.now.advanced(byNanoseconds: Reactor.longestTurn)
        while MonotonicInstant.now < end {}
        done(name)
      }
    }
    let reactor = try Reactor()
    var served: [Int] = []
    let slow = try (0..<9).map { try Slow($0) { served.append($0) } }
    let registrations = try slow.prefix(3).map {
      $0.pipe.write("x")
      return try reactor.add($0.pipe.reading, for: .readable, handler: $0)
    }
    // Each turn is over after one of them: of every kind one, and none is served twice before
    // everybody was once.
    for turn in 1...3 {
      try reactor.turn(until: .now)
      #expect(served.count == turn)
    }
    #expect(Set(served) == [0, 1, 2])
    for (each, registration) in zip(slow, registrations) {
      reactor.remove(registration, descriptor: each.pipe.reading)
    }
    served = []
    let timers = (3..<6).map { reactor.makeTimer(handler: slow[$0]) }
    for timer in timers { reactor.set(timer, to: .now) }
    for index in [6, 7, 6, 8, 7] { reactor.atTurnEnd(slow[index]) }
    // A due timer and what is put off: one of each a turn, in order.
    for turn in 1...3 {
      try reactor.turn(until: .now)
      #expect(served.count == 2 * turn)
    }
    #expect(served.filter { $0 < 6 } == [3, 4, 5] && served.filter { $0 >= 6 } == [6, 7, 8])
    try reactor.turn(until: .now)
    #expect(served.count == 6)
    for timer in timers { reactor.remove(timer) }
  }

  @Test("without interest nothing is told, and with it again what waited is")
  func interest() throws {
    let reactor = try Reactor()
    let pipe = try Pipe()
    let handler = Recorder()
    let registration = try reactor.add(pipe.reading, for: .readable, handler: handler)
    reactor.setInterest(registration, descriptor: pipe.reading, to: [])
    pipe.write("x")
    try reactor.turn(until: .now)
    #expect(handler.seen.isEmpty)
    reactor.setInterest(registration, descriptor: pipe.reading, to: .readable)
    try reactor.turn(until: .now)
    #expect(handler.seen == [.readable])
    reactor.remove(registration, descriptor: pipe.reading)
  }

  @Test("what was given up in the same turn is not told, and counted")
  func givenUp() throws {
    final class Silencer: ReadinessHandler {
      var silence: (() -> Void)?
      var calls = 0
      func ready(_ readiness: Readiness) {
        calls += 1
        silence?()
      }
    }
    let reactor = try Reactor()
    let first = try Pipe()
    let second = try Pipe()
    let (one, other) = (Silencer(), Silencer())
    var reported: [Readiness] = []
    reactor.unaskedObserver = { reported.append($0) }
    let oneRegistration = try reactor.add(first.reading, for: .readable, handler: one)
    let otherRegistration = try reactor.add(second.reading, for: .readable, handler: other)
    // The one that is called first takes the other's interest back.
    one.silence = { reactor.setInterest(otherRegistration, descriptor: second.reading, to: []) }
    other.silence = { reactor.setInterest(oneRegistration, descriptor: first.reading, to: []) }
    first.write("x")
    second.write("x")
    try reactor.turn(until: .now)
    #expect(one.calls + other.calls == 1)
    #expect(reactor.unaskedEvents == 1 && reported == [.readable])
    reactor.remove(oneRegistration, descriptor: first.reading)
    reactor.remove(otherRegistration, descriptor: second.reading)
  }

  @Test("an end that is not waited for is told and counted each time: it keeps the loop awake")
  func unasked() throws {
    let reactor = try Reactor()
    var ends: [CInt] = [0, 0]
    try #require(pipe(&ends) == 0)
    let reading = Descriptor(owning: ends[0])
    let handler = Recorder()
    let registration = try reactor.add(reading, for: [], handler: handler)
    close(ends[1])
    for _ in 0..<3 { try reactor.turn(until: .now) }
    #expect(handler.seen == [.hungUp, .hungUp, .hungUp] && reactor.unaskedEvents == 3)
    reactor.remove(registration, descriptor: reading)
  }

  @Test("an event queued for a closed descriptor never reaches the next owner of its number")
  func staleEvents() throws {
    let reactor = try Reactor()
    // Both are ready in one batch. The one that is called first closes the other's descriptor and
    // opens a new one, which gets the same number and the same slot.
    let first = Replacer(reactor: reactor, pipe: try Pipe())
    let second = Replacer(reactor: reactor, pipe: try Pipe())
    first.victim = second
    second.victim = first
    try first.start()
    try second.start()
    try reactor.turn(until: .now)
    #expect(first.calls + second.calls == 1)
    let successor = try #require(first.successor ?? second.successor)
    #expect(successor.seen.isEmpty)
    #expect(first.reusedNumber || second.reusedNumber)
  }

  @Test("timers fire in order, not before their time, and only once")
  func timers() throws {
    let reactor = try Reactor()
    let log = TimerLog()
    let start = MonotonicInstant.now
    let handlers = [30, 10, 20].map { TimerRecorder(name: $0, log: log) }
    for handler in handlers {
      reactor.set(
        reactor.makeTimer(handler: handler), to: start + .milliseconds(handler.name))
    }
    while log.fired.count < 3 { try reactor.turn(until: nil) }
    #expect(log.fired.map(\.name) == [10, 20, 30])
    #expect(log.fired.allSatisfy { $0.time >= start + .milliseconds($0.name) })
    try reactor.turn(until: .now + .milliseconds(5))
    #expect(log.fired.count == 3)
  }

  @Test("a timer taken back or given up does not fire")
  func cancelledTimers() throws {
    let reactor = try Reactor()
    let log = TimerLog()
    let takenBack = reactor.makeTimer(handler: TimerRecorder(name: 1, log: log))
    let givenUp = reactor.makeTimer(handler: TimerRecorder(name: 2, log: log))
    reactor.set(takenBack, to: .now)
    reactor.set(givenUp, to: .now)
    reactor.set(takenBack, to: nil)
    reactor.remove(givenUp)
    try reactor.turn(until: .now + .milliseconds(2))
    #expect(log.fired.isEmpty)
  }

  @Test("a far deadline is met, also where it was moved or another one was taken back meanwhile")
  func farDeadlines() throws {
    let reactor = try Reactor()
    let log = TimerLog()
    let start = MonotonicInstant.now
    func timer(_ name: Int) -> Reactor.Timer {
      reactor.makeTimer(handler: TimerRecorder(name: name, log: log))
    }
    let (moved, takenBack, last) = (timer(600), timer(400), timer(1000))
    reactor.set(last, to: start + .milliseconds(1000))
    reactor.set(takenBack, to: start + .milliseconds(400))
    try reactor.turn(until: .now)
    reactor.set(takenBack, to: nil)
    reactor.set(moved, to: start + .milliseconds(6000))
    try reactor.turn(until: .now + .milliseconds(1))
    reactor.set(moved, to: start + .milliseconds(600))
    // One wakes up where the taken back deadline was, and finds nothing due.
    var turns = 0
    while log.fired.count < 2 {
      try reactor.turn(until: nil)
      turns += 1
    }
    #expect(log.fired.map(\.name) == [600, 1000])
    #expect(log.fired.allSatisfy { $0.time >= start + .milliseconds($0.name) })
    #expect(turns <= 4)
  }

  @Test("a timer that its owner has only while it is set is made, moved and given up")
  func timersThatComeAndGo() throws {
    let reactor = try Reactor()
    let log = TimerLog()
    var timer: Reactor.Timer?
    weak var remembered: TimerRecorder?
    do {
      let (first, second) = (TimerRecorder(name: 1, log: log), TimerRecorder(name: 2, log: log))
      remembered = first
      reactor.set(&timer, to: .now + .seconds(600), handler: first)
      let made = timer
      // The one that is there is moved, and tells whom it told.
      reactor.set(&timer, to: .now, handler: second)
      #expect(timer == made)
      while log.fired.isEmpty { try reactor.turn(until: nil) }
      #expect(log.fired.map(\.name) == [1])
    }
    #expect(timer != nil && remembered != nil)
    reactor.remove(&timer)
    #expect(timer == nil && remembered == nil)
    reactor.remove(&timer)
    reactor.set(&timer, to: .now, handler: TimerRecorder(name: 3, log: log))
    while log.fired.count < 2 { try reactor.turn(until: nil) }
    #expect(log.fired.map(\.name) == [1, 3])
    reactor.remove(&timer)
  }

  @Test("what is put off to the turn's end runs once; what it puts off runs in the next turn")
  func turnEnd() throws {
    let reactor = try Reactor()
    let handler = TurnEndRecorder(reactor: reactor, again: 1)
    reactor.atTurnEnd(handler)
    try reactor.turn(until: nil)
    #expect(handler.calls == 1)
    try reactor.turn(until: nil)
    #expect(handler.calls == 2)
    try reactor.turn(until: .now)
    #expect(handler.calls == 2)
  }

  @Test("who asks for the turn's end several times is told once, and may ask anew when told")
  func turnEndAskedTwice() throws {
    let reactor = try Reactor()
    let (first, second) = (
      TurnEndRecorder(reactor: reactor, again: 2), TurnEndRecorder(reactor: reactor, again: 0)
    )
    var random = SystemRandomNumberGenerator()
    for _ in 0..<20 {
      reactor.atTurnEnd(Bool.random(using: &random) ? first : second)
    }
    reactor.atTurnEnd(first)
    reactor.atTurnEnd(second)
    try reactor.turn(until: nil)
    #expect(first.calls == 1 && second.calls == 1)
    // It has asked for the next turn; so does another.
    reactor.atTurnEnd(first)
    try reactor.turn(until: nil)
    #expect(first.calls == 2 && second.calls == 1)
    try reactor.turn(until: nil)
    #expect(first.calls == 3)
    try reactor.turn(until: .now)
    #expect(first.calls == 3 && second.calls == 1)
  }

  @Test("a slot that was given up serves again")
  func slots() throws {
    let reactor = try Reactor()
    let handler = Recorder()
    for _ in 0..<1000 {
      let pipe = try Pipe()
      let registration = try reactor.add(pipe.reading, for: .readable, handler: handler)
      #expect(reactor.registrationCount == 1)
      reactor.remove(registration, descriptor: pipe.reading)
    }
    #expect(reactor.registrationCount == 0)
  }

  @Test("the reactor lets go of a handler that was removed")
  func handlersAreReleased() throws {
    let reactor = try Reactor()
    let pipe = try Pipe()
    weak var remembered: Recorder?
    do {
      let handler = Recorder()
      remembered = handler
      let registration = try reactor.add(pipe.reading, for: .readable, handler: handler)
      #expect(remembered != nil)
      reactor.remove(registration, descriptor: pipe.reading)
    }
    #expect(remembered == nil)
  }

  @Test("a handler that goes with its registration or timer may use the reactor while it goes")
  func handlersMayUseTheReactorAsTheyGo() throws {
    let reactor = try Reactor()
    let pipe = try Pipe()
    let log = TimerLog()
    let registration = try reactor.add(
      pipe.reading, for: .readable, handler: LastWishes(reactor: reactor, log: log))
    let timer = reactor.makeTimer(handler: LastWishes(reactor: reactor, log: log))
    reactor.atTurnEnd(LastWishes(reactor: reactor, log: log))
    reactor.remove(registration, descriptor: pipe.reading)
    reactor.remove(timer)
    while log.fired.count < 3 { try reactor.turn(until: nil) }
    #expect(reactor.registrationCount == 0)
  }

  @Test("letters from other threads arrive, each once, in the order of each thread")
  func mailbox() async throws {
    let senders = 4
    let letters = 500
    // The loop stays on the thread that made it; the other threads have only the sender.
    let received = try await runLoop(senders: senders, letters: letters)
    #expect(received.count == senders * letters)
    for sender in 0..<senders {
      #expect(received.filter { $0.sender == sender }.map(\.number) == Array(0..<letters))
    }
  }

  @Test("signals arrive as events")
  func signals() throws {
    let reactor = try Reactor()
    var seen: [CInt] = []
    let signals = try Signals([SIGUSR1], reactor: reactor) { seen.append($0) }
    pthread_kill(pthread_self(), SIGUSR1)
    try reactor.turn(until: .now)
    #expect(seen == [SIGUSR1])
    signals.close()
  }
}

struct Letter: Sendable {
  let sender: Int
  let number: Int
}

private func runLoop(senders: Int, letters: Int) async throws -> [Letter] {
  try await Task.detached {
    let reactor = try Reactor()
    var received: [Letter] = []
    let mailbox = try Mailbox<Letter>(reactor: reactor) { letter in
      received.append(letter)
      if received.count == senders * letters { reactor.stop() }
    }
    let sender = mailbox.sender
    for number in 0..<senders {
      Task.detached {
        for letter in 0..<letters { sender.post(Letter(sender: number, number: letter)) }
      }
    }
    try reactor.run()
    mailbox.close()
    return received
  }.value
}

// MARK: Doubles

/// Both ends of a pipe, non-blocking.
struct Pipe: ~Copyable {
  let reading: Descriptor
  let writing: Descriptor

  init() throws {
    var ends: [CInt] = [0, 0]
    guard pipe(&ends) == 0 else { throw SystemError("pipe") }
    for end in ends { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
    reading = Descriptor(owning: ends[0])
    writing = Descriptor(owning: ends[1])
  }

  borrowing func write(_ text: String) {
    let bytes = Array(text.utf8)
    #expect(Glibc.write(writing.number, bytes, bytes.count) == bytes.count)
  }
}

final class Recorder: ReadinessHandler {
  var seen: [Readiness] = []

  func ready(_ readiness: Readiness) {
    seen.append(readiness)
  }
}

private final class Replacer: ReadinessHandler {
  let reactor: Reactor
  var pipe: Pipe?
  weak var victim: Replacer?
  var successor: Recorder?
  var successorPipe: Pipe?
  var calls = 0
  var reusedNumber = false
  private var registration: Reactor.Registration?

  init(reactor: Reactor, pipe: consuming Pipe) {
    self.reactor = reactor
    self.pipe = consume pipe
  }

  func start() throws {
    guard let pipe = pipe.take() else { return }
    pipe.write("x")
    registration = try reactor.add(pipe.reading, for: .readable, handler: self)
    self.pipe = consume pipe
  }

  func ready(_ readiness: Readiness) {
    calls += 1
    guard let victim, let pipe = victim.giveUp(), let next = try? Pipe() else { return }
    // One call closes the old pipe's end and gives its number to the new one's. Between a close and
    // an open, a test on another thread could take the number.
    reusedNumber = dup2(next.reading.number, pipe.reading.number) == pipe.reading.number
    let recorder = Recorder()
    _ = try? reactor.add(pipe.reading, for: .readable, handler: recorder)
    successorPipe = consume pipe
    successor = recorder
  }

  private func giveUp() -> Pipe? {
    guard let pipe = pipe.take(), let registration = registration.take() else { return nil }
    reactor.remove(registration, descriptor: pipe.reading)
    return pipe
  }
}

private final class TimerLog {
  var fired: [(name: Int, time: MonotonicInstant)] = []
}

private final class TimerRecorder: TimerHandler {
  let name: Int
  private let log: TimerLog

  init(name: Int, log: TimerLog) {
    self.name = name
    self.log = log
  }

  func timerFired(now: MonotonicInstant) {
    log.fired.append((name, now))
  }
}

/// Registers something and takes it back, sets a timer and puts work off when it goes.
private final class LastWishes: ReadinessHandler, TimerHandler, TurnEndHandler {
  var turnEndMark = TurnEndMark()
  private let reactor: Reactor
  private let log: TimerLog

  init(reactor: Reactor, log: TimerLog) {
    self.reactor = reactor
    self.log = log
  }

  deinit {
    reactor.set(reactor.makeTimer(handler: TimerRecorder(name: 0, log: log)), to: .now)
    reactor.atTurnEnd(TurnEndRecorder(reactor: reactor, again: 0))
    guard let pipe = try? Pipe() else { return }
    if let registration = try? reactor.add(pipe.reading, for: .readable, handler: Recorder()) {
      reactor.remove(registration, descriptor: pipe.reading)
    }
  }

  func ready(_ readiness: Readiness) {}

  func timerFired(now: MonotonicInstant) {}

  func turnEnds() {}
}

private final class TurnEndRecorder: TurnEndHandler {
  var turnEndMark = TurnEndMark()
  private let reactor: Reactor
  private var again: Int
  var calls = 0

  init(reactor: Reactor, again: Int) {
    self.reactor = reactor
    self.again = again
  }

  func turnEnds() {
    calls += 1
    guard again > 0 else { return }
    again -= 1
    reactor.atTurnEnd(self)
  }
}

// A link that is slower and longer than loopback: a proxy with a rate, a delay and a bounded
// buffer.

import EventLoop
import Glibc

/// What a link is like.
struct LinkShape {
  let name: String
  /// Towards the page, in bytes per second. The other direction is not limited.
  let rate: Int
  /// There and back.
  let roundTrip: Duration
  /// What the slowest place can hold, in bytes.
  var buffer = 32768
}

/// A listening proxy whose connections each go through a link of that shape.
final class Link: ReadinessHandler {
  private let shape: LinkShape
  private let target: UInt16
  private let context: LineContext
  private let listener: ListeningSocket
  private var registration: Reactor.Registration?
  private var passages: [Passage] = []

  /// Where to connect.
  var port: UInt16 {
    if case .internet(_, let port) = listener.address.family { port } else { 0 }
  }

  /// - Throws: What the system says.
  init(_ shape: LinkShape, to target: UInt16, context: LineContext) throws(SystemError) {
    self.shape = shape
    self.target = target
    self.context = context
    listener = try ListeningSocket(.loopback(0))
    registration = try context.reactor.add(
      listener.descriptor, for: .readable, handler: self)
  }

  func ready(_ readiness: Readiness) {
    guard let newcomer = (try? listener.accept()) ?? nil else { return }
    guard let passage = try? Passage(newcomer.takeDescriptor(), to: target, shape, context) else {
      return
    }
    passages.append(passage)
  }

  func close() {
    if let registration = registration.take() {
      context.reactor.remove(registration, descriptor: listener.descriptor)
    }
    passages.forEach { $0.close() }
    passages = []
  }
}

/// One connection through the link.
private final class Passage: TimerHandler {
  private let down: Direction
  private let up: Direction
  private let context: LineContext
  private var timer: Reactor.Timer?

  init(
    _ page: consuming Descriptor, to target: UInt16, _ shape: LinkShape, _ context: LineContext
  ) throws(SystemError) {
    self.context = context
    let server = try connectSocket(to: .loopback(target))
    server.tuneForTerminal(unsentLimit: 65536)
    page.tuneForTerminal(unsentLimit: 65536)
    // Each descriptor is read by one direction and written by the other.
    let serverTwin = Descriptor(owning: dup(server.number))
    let pageTwin = Descriptor(owning: dup(page.number))
    let delay = shape.roundTrip / 2
    down = Direction(
      from: server, to: pageTwin, rate: shape.rate, delay: delay, buffer: shape.buffer,
      reactor: context.reactor)
    up = Direction(
      from: page, to: serverTwin, rate: nil, delay: delay, buffer: shape.buffer,
      reactor: context.reactor)
    try down.start()
    try up.start()
    timer = context.reactor.makeTimer(handler: self)
    timerFired(now: .now)
  }

  /// A link's clock: every millisecond it carries what is due.
  func timerFired(now: MonotonicInstant) {
    down.advance(now)
    up.advance(now)
    if let timer { context.reactor.set(timer, to: now + .milliseconds(1)) }
  }

  func close() {
    if let timer = timer.take() { context.reactor.remove(timer) }
    down.close()
    up.close()
  }
}

/// Bytes one way: read into a bounded queue, carried at the rate, delivered after the delay.
private final class Direction: ReadinessHandler {
  private let source: Descriptor
  private let sink: Descriptor
  private let rate: Int?
  private let delay: Duration
  private let buffer: Int
  private let reactor: Reactor
  private var registration: Reactor.Registration?
  private var waiting: [UInt8] = []
  private var flying: [(bytes: [UInt8], arrives: MonotonicInstant)] = []
  private var arrived: [UInt8] = []
  private var lastAdvance = MonotonicInstant.now
  private var credit = 0.0
  private var piece = [UInt8](repeating: 0, count: 32768)

  init(
    from source: consuming Descriptor, to sink: consuming Descriptor, rate: Int?, delay: Duration,
    buffer: Int, reactor: Reactor
  ) {
    self.buffer = buffer
    self.source = source
    self.sink = sink
    self.rate = rate
    self.delay = delay
    self.reactor = reactor
  }

  func start() throws(SystemError) {
    registration = try reactor.add(source, for: .readable, handler: self)
  }

  func ready(_ readiness: Readiness) {
    let room = buffer - waiting.count
    guard room > 0 else { return updateInterest() }
    let count = Glibc.read(source.number, &piece, min(room, piece.count))
    guard count > 0 else {
      if count == 0 || errno != EAGAIN { stopReading() }
      return
    }
    waiting.append(contentsOf: piece[..<count])
    if rate == nil { advance(.now) }
    updateInterest()
  }

  func advance(_ now: MonotonicInstant) {
    let elapsed = lastAdvance.duration(to: now)
    lastAdvance = now
    transmit(elapsed, now)
    while let first = flying.first, first.arrives <= now {
      arrived.append(contentsOf: first.bytes)
      flying.removeFirst()
    }
    if !arrived.isEmpty {
      let written = (try? sink.write(arrived.span.bytes)) ?? arrived.count
      arrived.removeFirst(written)
    }
    updateInterest()
  }

  private func transmit(_ elapsed: Duration, _ now: MonotonicInstant) {
    var count = waiting.count
    if let rate {
      // A link that is idle saves nothing up.
      let (seconds, attoseconds) = elapsed.components
      let more = Double(rate) * (Double(seconds) + Double(attoseconds) / 1e18)
      credit = waiting.isEmpty ? 0 : credit + more
      count = min(count, Int(credit))
      credit -= Double(count)
    }
    guard count > 0 else { return }
    flying.append((Array(waiting[..<count]), now + delay))
    waiting.removeFirst(count)
  }

  private func updateInterest() {
    guard let registration else { return }
    reactor.setInterest(
      registration, descriptor: source,
      to: waiting.count < buffer ? .readable : [])
  }

  private func stopReading() {
    if let registration = registration.take() {
      reactor.remove(registration, descriptor: source)
    }
    // The end goes through at once: nothing here measures it.
    sink.endWriting()
  }

  func close() {
    if let registration = registration.take() {
      reactor.remove(registration, descriptor: source)
    }
  }
}

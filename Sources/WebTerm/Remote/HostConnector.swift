// A connection to a host by its name or address: the look-up and the attempts, within one time.

import EventLoop
import Glibc

/// Looks a host up and connects to the first address that answers: one after the other, a quarter
/// of a second apart, so that a silent address costs no more than that (RFC 8305).
final class HostConnector: TimerHandler {
  /// What came of it.
  enum Outcome: ~Copyable {
    case connected(Descriptor)
    /// Why not, in a sentence for the visitor.
    case failed(String)
    /// It was not even tried: the server lacks what it takes, in a sentence.
    case lacking(String)
  }

  /// When the next address is tried beside those that have not answered.
  private static let stagger: Duration = .milliseconds(250)

  private let host: String
  private let port: UInt16
  private let resolver: NameResolver
  private let reactor: Reactor
  /// There until the addresses are known.
  private var question: NameQuestion?
  /// Why there is no look-up.
  private var problem: SystemError?
  private var waiting: [SocketAddress] = []
  private var attempts: [Attempt] = []
  private var timer: Reactor.Timer?
  private var deadline: MonotonicInstant
  private let timeout: Duration
  private var codes: [CInt] = []
  private var done: ((consuming Outcome) -> Void)?

  /// One address that is tried.
  private final class Attempt: ReadinessHandler {
    private let reactor: Reactor
    private var socket: Descriptor?
    private var registration: Reactor.Registration?
    private let ended: (Attempt, CInt) -> Void

    init(
      _ address: SocketAddress, reactor: Reactor, ended: @escaping (Attempt, CInt) -> Void
    ) throws(SystemError) {
      self.reactor = reactor
      self.ended = ended
      let socket = try connectSocket(to: address)
      registration = try reactor.add(socket, for: .writable, handler: self)
      self.socket = consume socket
    }

    func ready(_ readiness: Readiness) {
      // The socket is taken by the observer that is told: nothing of it may be lent then.
      let code: CInt? =
        switch socket {
        case .some(let socket): socket.pendingError()
        case nil: nil
        }
      if let code { ended(self, code) }
    }

    func takeSocket() -> Descriptor? {
      switch socket {
      case .some(let socket):
        if let current = registration.take() { reactor.remove(current, descriptor: socket) }
      case nil: break
      }
      return socket.take()
    }
  }

  /// - Parameters:
  ///   - host: Its name or address.
  ///   - port: Its port.
  ///   - timeout: How long all of it may take, the look-up with it.
  ///   - resolver: Looks names up.
  ///   - reactor: The loop.
  ///   - done: Told once, never before ``start()`` has returned to the loop.
  init(
    _ host: String, port: UInt16, timeout: Duration, resolver: NameResolver, reactor: Reactor,
    done: @escaping (consuming Outcome) -> Void
  ) {
    self.host = host
    self.port = port
    self.resolver = resolver
    self.reactor = reactor
    self.timeout = timeout
    self.done = done
    deadline = reactor.now + timeout
  }

  /// The families in turn: where one of them leads nowhere, the other is not behind all of its
  /// addresses.
  private static func interleaved(_ addresses: [SocketAddress]) -> [SocketAddress] {
    let isNew = { (address: SocketAddress) in
      if case .ipv6? = address.host { true } else { false }
    }
    var (new, old) = (addresses.filter(isNew)[...], addresses.filter { !isNew($0) }[...])
    var mixed: [SocketAddress] = []
    while !new.isEmpty || !old.isEmpty {
      mixed += [new.popFirst(), old.popFirst()].compactMap(\.self)
    }
    return mixed
  }

  func start() {
    timer = reactor.makeTimer(handler: self)
    do throws(SystemError) {
      question = try resolver.find(host) { [weak self] in self?.found($0) }
      setTimer(to: deadline)
    } catch {
      problem = error
      setTimer(to: reactor.now)
    }
  }

  private func found(_ addresses: [SocketAddress]) {
    question = nil
    waiting = Self.interleaved(addresses.map { $0.at(port: port) })
    tryNext()
  }

  private func setTimer(to instant: MonotonicInstant) {
    if let timer { reactor.set(timer, to: min(instant, deadline)) }
  }

  func timerFired(now: MonotonicInstant) {
    if let problem {
      return finish(.lacking("The server could not look the host up: \(problem.reason)."))
    }
    // What the host has said while we were away is still to be heard.
    deadline = reactor.presence.fair(deadline)
    guard now < deadline else {
      let seconds = timeout.components.seconds
      return finish(
        .failed(
          question == nil
            ? "The host did not answer within \(seconds) seconds."
            : "No name server answered within \(seconds) seconds."))
    }
    guard question == nil else { return setTimer(to: deadline) }
    tryNext()
  }

  private func tryNext() {
    guard !waiting.isEmpty else {
      return attempts.isEmpty ? finish(Self.outcome(codes)) : setTimer(to: deadline)
    }
    let address = waiting.removeFirst()
    do throws(SystemError) {
      attempts.append(
        try Attempt(address, reactor: reactor) { [weak self] in self?.ended($0, $1) })
      setTimer(to: reactor.now + Self.stagger)
    } catch {
      codes.append(error.code)
      setTimer(to: reactor.now)
    }
  }

  private func ended(_ attempt: Attempt, _ code: CInt) {
    guard let socket = attempt.takeSocket() else { return }
    attempts.removeAll { $0 === attempt }
    if code == 0 { return finish(.connected(socket)) }
    codes.append(code)
    tryNext()
  }

  private func finish(_ outcome: consuming Outcome) {
    close()
    done.take()?(outcome)
  }

  /// Gives everything up.
  func close() {
    reactor.remove(&timer)
    if let question = question.take() { resolver.cancel(question) }
    for attempt in attempts { _ = attempt.takeSocket() }
    attempts = []
    waiting = []
  }

  /// Codes that say nothing of a host: the server is out of descriptors, memory or ports.
  private static let shortages = [EMFILE, ENFILE, ENOMEM, ENOBUFS, EAGAIN, EADDRNOTAVAIL]

  /// What the visitor is told: a refusal says more than a way that does not exist, and both more
  /// than a way that was not tried.
  private static func outcome(_ codes: [CInt]) -> Outcome {
    if codes.isEmpty { return .failed("The host's name is not known.") }
    if codes.contains(ECONNREFUSED) { return .failed("The host refused the connection.") }
    if codes.contains(ETIMEDOUT) { return .failed("The host did not answer in time.") }
    if codes.contains(where: { [ENETUNREACH, EHOSTUNREACH].contains($0) }) {
      return .failed("The host cannot be reached.")
    }
    let last = codes[codes.count - 1]
    let reason = String(cString: strerror(last))
    return shortages.contains(last)
      ? .lacking("The server cannot open another connection now: \(reason).")
      : .failed("The connection failed: \(reason).")
  }
}

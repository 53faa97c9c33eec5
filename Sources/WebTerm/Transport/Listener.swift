// A listening socket in the loop: takes newcomers, a few at a time.

import EventLoop
import Glibc

/// Takes accepted connections in.
protocol ListenerObserver: AnyObject {
  func listener(_ listener: Listener, accepted newcomer: consuming Newcomer)
  /// None could be taken for now, for that reason; it goes on by itself.
  func listener(_ listener: Listener, isOutOf resources: SystemError)
}

/// A listening socket. Where the process has no descriptor left it pauses instead of spinning.
final class Listener: ReadinessHandler, TimerHandler {
  /// Newcomers per turn: a burst of them leaves time for those already here.
  private static let newcomersPerTurn = 16
  /// How long it pauses when the system has no descriptor for a newcomer.
  private static let pause: Duration = .milliseconds(100)

  /// Where it listens, with the port that the system chose.
  var address: SocketAddress { socket.address }

  private let socket: ListeningSocket
  private let reactor: Reactor
  private weak var observer: (any ListenerObserver)?
  private var registration: Reactor.Registration?
  private var timer: Reactor.Timer?

  init(_ socket: consuming ListeningSocket, reactor: Reactor, observer: any ListenerObserver) {
    self.socket = socket
    self.reactor = reactor
    self.observer = observer
  }

  /// Begins to take newcomers.
  ///
  /// - Throws: What epoll_ctl(2) says.
  func start() throws(SystemError) {
    registration = try reactor.add(socket.descriptor, for: .readable, handler: self)
    timer = reactor.makeTimer(handler: self)
  }

  func ready(_ readiness: Readiness) {
    for _ in 0..<Self.newcomersPerTurn {
      do {
        guard let newcomer = try socket.accept() else { return }
        observer?.listener(self, accepted: newcomer)
      } catch {
        observer?.listener(self, isOutOf: error)
        return rest()
      }
    }
  }

  private func rest() {
    guard let registration, let timer else { return }
    reactor.setInterest(registration, descriptor: socket.descriptor, to: [])
    reactor.set(timer, to: reactor.now + Self.pause)
  }

  func timerFired(now: MonotonicInstant) {
    guard let registration else { return }
    reactor.setInterest(registration, descriptor: socket.descriptor, to: .readable)
  }

  /// Takes no newcomers any more.
  func stop() {
    if let registration = registration.take() {
      reactor.remove(registration, descriptor: socket.descriptor)
    }
    reactor.remove(&timer)
  }
}

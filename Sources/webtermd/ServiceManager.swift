// What is said to systemd, and what it hands over: sd_notify(3), sd_listen_fds(3),
// sd_watchdog_enabled(3), spoken without its library. Without systemd nothing here does anything.

import EventLoop
import Glibc

/// The service manager that has started us, if one has.
final class ServiceManager: TimerHandler {
  enum Notice {
    /// Started, or reloaded; with a sentence for its status.
    case ready(String)
    case reloading
    case stopping
  }

  /// Descriptors of listening sockets that it has passed.
  let passedSockets: [CInt]
  private let reactor: Reactor
  private let address: String?
  /// Half of the time after which it would take us for dead.
  private let pulse: Duration?
  private var timer: Reactor.Timer?

  /// Takes over what the environment says, and takes it out of there.
  init(reactor: Reactor) {
    self.reactor = reactor
    address = Self.take("NOTIFY_SOCKET")
    let watchdog = Self.take("WATCHDOG_USEC").flatMap { Int($0) }
    let watched = Self.take("WATCHDOG_PID").flatMap { pid_t($0) }
    pulse = watched == nil || watched == getpid() ? watchdog.map { .microseconds($0 / 2) } : nil
    let count = Self.take("LISTEN_FDS").flatMap { CInt($0) } ?? 0
    let isForUs = Self.take("LISTEN_PID").flatMap { pid_t($0) } == getpid()
    _ = Self.take("LISTEN_FDNAMES")
    passedSockets = isForUs && (1...256).contains(count) ? Array(3..<(3 + count)) : []
  }

  private static func take(_ name: String) -> String? {
    guard let value = getenv(name).map({ String(cString: $0) }), !value.isEmpty else { return nil }
    unsetenv(name)
    return value
  }

  func tell(_ notice: Notice) {
    switch notice {
    case .ready(let status): send("READY=1\nSTATUS=\(status)")
    case .stopping: send("STOPPING=1\nSTATUS=stopping")
    case .reloading:
      var now = timespec()
      clock_gettime(CLOCK_MONOTONIC, &now)
      send("RELOADING=1\nMONOTONIC_USEC=\(now.tv_sec * 1_000_000 + now.tv_nsec / 1000)")
    }
  }

  /// Gives a sign of life from the loop for as long as it turns.
  func startWatchdog() {
    guard let pulse, address != nil else { return }
    let timer = reactor.makeTimer(handler: self)
    self.timer = timer
    reactor.set(timer, to: reactor.now + pulse)
  }

  func timerFired(now: MonotonicInstant) {
    guard let timer, let pulse else { return }
    send("WATCHDOG=1")
    reactor.set(timer, to: now + pulse)
  }

  /// One datagram. Where it cannot be sent, that is not told either.
  private func send(_ text: String) {
    guard let address else { return }
    let number = socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard number >= 0 else { return }
    let descriptor = Descriptor(owning: number)
    var target = sockaddr_un()
    target.sun_family = sa_family_t(AF_UNIX)
    var path = Array(address.utf8)
    // An abstract name begins with a zero byte, which the environment writes as @.
    if path.first == UInt8(ascii: "@") { path[0] = 0 }
    guard path.count < MemoryLayout.size(ofValue: target.sun_path) else { return }
    withUnsafeMutableBytes(of: &target.sun_path) { $0.copyBytes(from: path) }
    let length = (MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? 2) + path.count
    let bytes = Array(text.utf8)
    _ = withUnsafePointer(to: &target) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        sendto(
          descriptor.number, bytes, bytes.count, CInt(MSG_NOSIGNAL), $0, socklen_t(length))
      }
    }
  }
}

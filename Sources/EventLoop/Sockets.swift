// Making sockets: listening ones, and taking newcomers from them.

import CLinux
import Glibc

/// Who may connect to a unix socket: its file's mode and group.
public struct SocketAccess: Equatable, Sendable {
  /// To connect is to write (unix(7)).
  public var mode: mode_t
  /// Nil leaves the process's own.
  public var group: gid_t?

  public init(mode: mode_t = 0o666, group: gid_t? = nil) {
    self.mode = mode
    self.group = group
  }
}

/// A listening socket, TCP or unix.
public struct ListeningSocket: ~Copyable {
  public let descriptor: Descriptor
  /// Where it really listens: a port 0 has become the one that the system chose.
  public let address: SocketAddress

  /// How many newcomers the kernel keeps for us between two turns.
  private static let backlog: CInt = 4096

  /// Binds and listens. A unix socket that no process answers on any more is replaced.
  ///
  /// - Parameters:
  ///   - wanted: Where.
  ///   - access: Who may connect, where that is a unix socket.
  /// - Throws: What the system says, such as `EADDRINUSE` or `EACCES`, with the address.
  public init(
    _ wanted: SocketAddress, access: SocketAccess = SocketAccess()
  ) throws(SystemError) {
    if case .unix(let path) = wanted.family { Self.removeAbandoned(path) }
    let descriptor = try makeSocket(for: wanted)
    if case .internet = wanted.family {
      var on: CInt = 1
      let size = socklen_t(MemoryLayout<CInt>.size)
      setsockopt(descriptor.number, SOL_SOCKET, SO_REUSEADDR, &on, size)
      // Without it, `[::]` would take the IPv4 port, too, and clash with a listener of its own.
      setsockopt(descriptor.number, CInt(IPPROTO_IPV6), IPV6_V6ONLY, &on, size)
    }
    // The kernel makes a socket's file with what the mask leaves: it is never wider than it may be,
    // not for a moment.
    let former = umask(0o777 & ~access.mode)
    let bound = try wanted.withSockaddr { address, length in
      bind(descriptor.number, address, length) == 0 ? 0 : errno
    }
    umask(former)
    guard bound == 0 else { throw SystemError("bind", "\(wanted)", code: bound) }
    if case .unix(let path) = wanted.family, let group = access.group {
      guard chown(path, uid_t.max, group) == 0 else {
        throw SystemError("chown", "\(wanted)", code: errno)
      }
    }
    guard listen(descriptor.number, Self.backlog) == 0 else {
      throw SystemError("listen", "\(wanted)", code: errno)
    }
    self.address = Self.boundAddress(of: descriptor) ?? wanted
    self.descriptor = descriptor
  }

  /// Takes over a socket that listens already, such as one that a service manager passes
  /// (sd_listen_fds(3)).
  ///
  /// - Parameter number: The descriptor, which nothing else may close from now on.
  /// - Throws: `EINVAL` where it is no listening stream socket; what the system says of it
  ///   otherwise.
  public init(inherited number: CInt) throws(SystemError) {
    let descriptor = Descriptor(owning: number)
    var isListening: CInt = 0
    var size = socklen_t(MemoryLayout<CInt>.size)
    guard getsockopt(number, SOL_SOCKET, SO_ACCEPTCONN, &isListening, &size) == 0 else {
      throw SystemError("getsockopt", "descriptor \(number)", code: errno)
    }
    guard isListening != 0 else {
      throw SystemError("listen", "descriptor \(number)", code: EINVAL)
    }
    let flags = fcntl(number, F_GETFL)
    guard fcntl(number, F_SETFD, FD_CLOEXEC) == 0,
      fcntl(number, F_SETFL, flags | O_NONBLOCK) == 0
    else { throw SystemError("fcntl", "descriptor \(number)", code: errno) }
    guard let address = Self.boundAddress(of: descriptor, includingUnix: true) else {
      throw SystemError("getsockname", "descriptor \(number)", code: EAFNOSUPPORT)
    }
    self.address = address
    self.descriptor = descriptor
  }

  /// Takes one newcomer, if there is one (accept4(2)).
  ///
  /// - Throws: What the system says, such as `EMFILE`; `EAGAIN` is nil.
  public borrowing func accept() throws(SystemError) -> Newcomer? {
    var storage = sockaddr_storage()
    var length = UInt32(MemoryLayout<sockaddr_storage>.size)
    let number = linux_accept(descriptor.number, &storage, &length)
    guard number >= 0 else {
      let error = SystemError("accept4")
      // Those who gave up between our waking and now are no error of ours.
      if [EAGAIN, ECONNABORTED, EINTR].contains(error.code) { return nil }
      throw error
    }
    let peer = SocketAddress(storage) ?? SocketAddress(.unix(path: ""))
    return Newcomer(descriptor: Descriptor(owning: number), peer: peer)
  }

  /// The internet address that bind(2) settled on; nil for a unix socket, unless that is asked for.
  private static func boundAddress(
    of descriptor: borrowing Descriptor, includingUnix: Bool = false
  ) -> SocketAddress? {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let number = descriptor.number
    let result = withUnsafeMutablePointer(to: &storage) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        getsockname(number, $0, &length)
      }
    }
    guard result == 0, let address = SocketAddress(storage) else { return nil }
    if case .internet = address.family { return address }
    guard includingUnix else { return nil }
    return SocketAddress(.unix(path: SocketAddress.path(in: storage)))
  }

  /// Only a refused connection says that no process listens: a listener whose backlog is full says
  /// EAGAIN.
  private static func removeAbandoned(_ path: String) {
    do throws(SystemError) {
      _ = try connectSocket(to: SocketAddress(.unix(path: path)))
    } catch {
      var status = stat()
      guard error.code == ECONNREFUSED, lstat(path, &status) == 0,
        status.st_mode & S_IFMT == S_IFSOCK
      else { return }
      unlink(path)
    }
  }
}

/// An accepted connection: the socket, non-blocking, and where it comes from.
public struct Newcomer: ~Copyable {
  public let descriptor: Descriptor
  public let peer: SocketAddress

  public consuming func takeDescriptor() -> Descriptor { descriptor }
}

/// A non-blocking socket on its way to `address`; it is connected when it becomes writable.
///
/// - Throws: What socket(2) or connect(2) says, except `EINPROGRESS`.
public func connectSocket(to address: SocketAddress) throws(SystemError) -> Descriptor {
  let descriptor = try makeSocket(for: address)
  let result = try address.withSockaddr { pointer, length in
    connect(descriptor.number, pointer, length) == 0 ? 0 : errno
  }
  guard result == 0 || result == EINPROGRESS else {
    throw SystemError("connect", "\(address)", code: result)
  }
  return descriptor
}

private func makeSocket(for address: SocketAddress) throws(SystemError) -> Descriptor {
  let domain =
    switch address.family {
    case .internet(.ipv4, _): AF_INET
    case .internet(.ipv6, _): AF_INET6
    case .unix: AF_UNIX
    }
  let type = CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
  let number = socket(domain, type, 0)
  guard number >= 0 else { throw SystemError("socket", "\(address)", code: errno) }
  return Descriptor(owning: number)
}

extension Descriptor {
  /// The account of the peer of a unix socket (unix(7), SO_PEERCRED); nil where the
  /// system does not say.
  public borrowing func peerAccount() -> UInt32? { peerCredentials().map { $0[1] } }

  /// The process that listens, or has connected, at the other end of a unix socket; nil where the
  /// system does not say.
  public borrowing func peerProcess() -> pid_t? {
    peerCredentials().map { pid_t(bitPattern: $0[0]) }
  }

  /// struct ucred: process, user and group.
  private borrowing func peerCredentials() -> [3 of UInt32]? {
    var credentials = [3 of UInt32](repeating: 0)
    var size = socklen_t(MemoryLayout<[3 of UInt32]>.size)
    let result = withUnsafeMutableBytes(of: &credentials) { bytes in
      getsockopt(number, SOL_SOCKET, SO_PEERCRED, bytes.baseAddress, &size)
    }
    return result == 0 ? credentials : nil
  }

  /// Sends small pieces at once instead of waiting for an acknowledgement (TCP_NODELAY, tcp(7)).
  /// Does nothing on a unix socket.
  public borrowing func sendAtOnce() {
    var on: CInt = 1
    setsockopt(number, CInt(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<CInt>.size))
  }

  /// Sends small pieces at once and keeps at most `unsentLimit` unsent bytes in the kernel
  /// (TCP_NOTSENT_LOWAT, tcp(7)). Does nothing on a unix socket.
  public borrowing func tuneForTerminal(unsentLimit: CInt) {
    sendAtOnce()
    var limit = unsentLimit
    let size = socklen_t(MemoryLayout<CInt>.size)
    setsockopt(number, CInt(IPPROTO_TCP), TCP_NOTSENT_LOWAT, &limit, size)
  }

  /// The error that waits on a socket (SO_ERROR), such as that of a connection that could not be
  /// made; 0 for none.
  public borrowing func pendingError() -> CInt {
    var code: CInt = 0
    var size = socklen_t(MemoryLayout<CInt>.size)
    return getsockopt(number, SOL_SOCKET, SO_ERROR, &code, &size) == 0 ? code : errno
  }

  /// Notices a peer that is gone without a word: silence is probed after 30 s, every 10 s, and what
  /// is sent must be taken within 45 s; who has answered nothing for so long is given up at the
  /// next probe: within a minute in any case (tcp(7), SO_KEEPALIVE and TCP_USER_TIMEOUT).
  public borrowing func watchPeer() {
    func set(_ level: CInt, _ option: CInt, _ value: CInt) {
      var value = value
      setsockopt(number, level, option, &value, socklen_t(MemoryLayout<CInt>.size))
    }
    let tcp = CInt(IPPROTO_TCP)
    set(SOL_SOCKET, SO_KEEPALIVE, 1)
    set(tcp, TCP_KEEPIDLE, 30)
    set(tcp, TCP_KEEPINTVL, 10)
    set(tcp, TCP_KEEPCNT, 3)
    set(tcp, TCP_USER_TIMEOUT, 45_000)
  }

  /// Puts urgent data where it stands among the rest (SO_OOBINLINE), and keeps what waits in the
  /// kernel to be sent below about `bytes` (SO_SNDBUF).
  public borrowing func tuneForHost(sendBuffer bytes: CInt) {
    sendAtOnce()
    watchPeer()
    var (on, size) = (CInt(1), bytes)
    setsockopt(number, SOL_SOCKET, SO_OOBINLINE, &on, socklen_t(MemoryLayout<CInt>.size))
    setsockopt(number, SOL_SOCKET, SO_SNDBUF, &size, socklen_t(MemoryLayout<CInt>.size))
  }

  /// The byte that the peer has marked as urgent, where it is here and not read yet (tcp(7)). It
  /// stays where it is.
  public borrowing func urgentByte() -> UInt8? {
    var (on, off, byte) = (CInt(1), CInt(0), UInt8(0))
    let size = socklen_t(MemoryLayout<CInt>.size)
    // Only a socket that keeps it out of line shows it.
    setsockopt(number, SOL_SOCKET, SO_OOBINLINE, &off, size)
    defer { setsockopt(number, SOL_SOCKET, SO_OOBINLINE, &on, size) }
    return recv(number, &byte, 1, CInt(MSG_OOB | MSG_PEEK)) == 1 ? byte : nil
  }

  /// Whether the next byte that is read is the urgent one. No read goes past it at once
  /// (sockatmark(3)).
  public borrowing func isAtUrgentByte() -> Bool { sockatmark(number) == 1 }

  /// Ends our direction; the peer reads what was sent and then the end (shutdown(2)).
  public borrowing func endWriting() {
    _ = shutdown(number, CInt(SHUT_WR))
  }
}

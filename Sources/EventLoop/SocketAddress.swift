// Where a socket listens or comes from: an IP address and port, or a path.

import Glibc

/// An address of the internet or of the local machine's file system.
public struct SocketAddress: Equatable, Sendable, CustomStringConvertible {
  /// An IP address in network order. An IPv4 address mapped into IPv6 is stored as the IPv4 one.
  public enum Host: Hashable, Sendable {
    case ipv4(UInt32)
    case ipv6(high: UInt64, low: UInt64)
  }

  /// The two families that a browser terminal is reached by.
  public enum Family: Equatable, Sendable {
    case internet(Host, port: UInt16)
    case unix(path: String)
  }

  public let family: Family
  /// The link that a link-local IPv6 address belongs to (if_nametoindex(3)); 0 where none is named.
  public let scope: UInt32

  public init(_ family: Family, scope: UInt32 = 0) {
    self.family = family
    self.scope = scope
  }

  /// Reads an address as it is written, such as `127.0.0.1`, `::1` or `fe80::1%eth0` (RFC 4007);
  /// nil where it is none.
  public init?(literal text: String, port: UInt16) {
    let parts = text.split(separator: "%", maxSplits: 1, omittingEmptySubsequences: false)
    guard let host = parts.first.flatMap({ Host(String($0)) }) else { return nil }
    var scope: UInt32 = 0
    if parts.count == 2 {
      guard case .ipv6 = host else { return nil }
      scope = if_nametoindex(String(parts[1]))
      if scope == 0 { scope = UInt32(parts[1]) ?? 0 }
      guard scope != 0 else { return nil }
    }
    self.init(.internet(host, port: port), scope: scope)
  }

  /// The same host at another port.
  public func at(port: UInt16) -> SocketAddress {
    guard let host else { return self }
    return SocketAddress(.internet(host, port: port), scope: scope)
  }

  /// The host as other programs read it, with its link's number; empty for a path.
  public var hostText: String {
    guard let host else { return "" }
    return scope == 0 ? "\(host)" : "\(host)%\(scope)"
  }

  /// As it stands in a URL or a log line: `127.0.0.1:80`, `[::1]:80` or `unix:/path`.
  public var description: String {
    switch family {
    case .internet(.ipv4(let word), let port): "\(Host.ipv4(word)):\(port)"
    case .internet(let host, let port): "[\(host)]:\(port)"
    case .unix(let path): "unix:\(path)"
    }
  }

  /// The internet address; nil for a path.
  public var host: Host? {
    if case .internet(let host, _) = family { host } else { nil }
  }

  /// Whether only this machine can reach it.
  public var isLocal: Bool {
    switch family {
    case .internet(let host, _): host.isLoopback
    case .unix: true
    }
  }

  // MARK: The C structures

  /// Reads a filled-in `sockaddr`; nil for a family that is not ours.
  init?(_ storage: sockaddr_storage) {
    let family: Family? = withUnsafePointer(to: storage) { pointer in
      let raw = UnsafeRawPointer(pointer)
      switch CInt(storage.ss_family) {
      case AF_INET:
        let address = raw.load(as: sockaddr_in.self)
        let word = UInt32(bigEndian: address.sin_addr.s_addr)
        return .internet(.ipv4(word), port: UInt16(bigEndian: address.sin_port))
      case AF_INET6:
        let address = raw.load(as: sockaddr_in6.self)
        let host = withUnsafeBytes(of: address.sin6_addr) { Host(ipv6: $0) }
        return .internet(host, port: UInt16(bigEndian: address.sin6_port))
      case AF_UNIX:
        return .unix(path: "")
      default:
        return nil
      }
    }
    guard let family else { return nil }
    self.family = family
    scope = withUnsafePointer(to: storage) { pointer in
      guard CInt(storage.ss_family) == AF_INET6 else { return 0 }
      return UnsafeRawPointer(pointer).load(as: sockaddr_in6.self).sin6_scope_id
    }
  }

  /// The path in a filled-in `sockaddr_un`.
  static func path(in storage: sockaddr_storage) -> String {
    withUnsafeBytes(of: storage) { bytes in
      let offset = MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? 2
      let path = bytes[offset..<MemoryLayout<sockaddr_un>.size].prefix { $0 != 0 }
      return String(decoding: path, as: UTF8.self)
    }
  }

  /// Calls `body` with the C structure for bind(2) or connect(2).
  ///
  /// - Throws: `ENAMETOOLONG` for a path that does not fit, and what `body` throws.
  func withSockaddr<R>(
    _ body: (UnsafePointer<sockaddr>, socklen_t) -> R
  ) throws(SystemError) -> R {
    var storage = sockaddr_storage()
    var length = 0
    switch family {
    case .internet(.ipv4(let word), let port):
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_port = port.bigEndian
      address.sin_addr.s_addr = word.bigEndian
      length = MemoryLayout<sockaddr_in>.size
      withUnsafeMutableBytes(of: &storage) { $0.storeBytes(of: address, as: sockaddr_in.self) }
    case .internet(.ipv6(let high, let low), let port):
      var address = sockaddr_in6()
      address.sin6_family = sa_family_t(AF_INET6)
      address.sin6_port = port.bigEndian
      address.sin6_scope_id = scope
      withUnsafeMutableBytes(of: &address.sin6_addr) { bytes in
        bytes.storeBytes(of: high.bigEndian, as: UInt64.self)
        bytes.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
      }
      length = MemoryLayout<sockaddr_in6>.size
      withUnsafeMutableBytes(of: &storage) { $0.storeBytes(of: address, as: sockaddr_in6.self) }
    case .unix(let path):
      let offset = MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? 2
      let room = MemoryLayout<sockaddr_un>.size - offset - 1
      guard path.utf8.count <= room else { throw SystemError("bind", path, code: ENAMETOOLONG) }
      storage.ss_family = sa_family_t(AF_UNIX)
      withUnsafeMutableBytes(of: &storage) { bytes in
        for (index, byte) in path.utf8.enumerated() { bytes[offset + index] = byte }
      }
      length = offset + path.utf8.count + 1
    }
    return withUnsafePointer(to: &storage) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(length)) }
    }
  }
}

extension SocketAddress.Host: CustomStringConvertible {
  /// Reads 16 bytes in network order.
  fileprivate init(ipv6 bytes: UnsafeRawBufferPointer) {
    let high = UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self))
    let low = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    let isMapped = high == 0 && low >> 32 == 0xffff
    self = isMapped ? .ipv4(UInt32(low & 0xffff_ffff)) : .ipv6(high: high, low: low)
  }

  /// Reads the usual spelling of an address, without brackets; nil where it is none (inet_pton(3)).
  public init?(_ text: String) {
    var word = in_addr()
    if inet_pton(AF_INET, text, &word) == 1 {
      self = .ipv4(UInt32(bigEndian: word.s_addr))
      return
    }
    var bytes = in6_addr()
    guard inet_pton(AF_INET6, text, &bytes) == 1 else { return nil }
    self = withUnsafeBytes(of: bytes) { Self(ipv6: $0) }
  }

  /// 127.0.0.0/8 or ::1.
  public var isLoopback: Bool {
    switch self {
    case .ipv4(let word): word >> 24 == 127
    case .ipv6(let high, let low): high == 0 && low == 1
    }
  }

  public var description: String {
    var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    switch self {
    case .ipv4(let word):
      var address = in_addr(s_addr: word.bigEndian)
      inet_ntop(AF_INET, &address, &text, socklen_t(text.count))
    case .ipv6(let high, let low):
      var address = [high.bigEndian, low.bigEndian]
      inet_ntop(AF_INET6, &address, &text, socklen_t(text.count))
    }
    return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}

// Where the server listens, as it is written in a configuration or on a command line.

import EventLoop

/// Where to listen, before names are looked up.
package enum ListenAddress: Equatable, Sendable, CustomStringConvertible {
  case host(String, port: UInt16)
  case unix(path: String)

  init(host: String, port: UInt16) {
    self = .host(host, port: port)
  }

  /// Reads `HOST:PORT`, `[IPv6]:PORT` or `unix:PATH`; nil for anything else.
  package init?(_ text: String) {
    if text.hasPrefix("unix:") {
      let path = String(text.dropFirst(5))
      guard path.hasPrefix("/") else { return nil }
      self = .unix(path: path)
      return
    }
    guard let colon = text.lastIndex(of: ":") else { return nil }
    var host = text[..<colon]
    let digits = text[text.index(after: colon)...]
    guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = UInt16(digits) else {
      return nil
    }
    if host.hasPrefix("["), host.hasSuffix("]") {
      host = host.dropFirst().dropLast()
      guard case .ipv6 = SocketAddress.Host(String(host)) else { return nil }
    } else if host.contains(":") {
      return nil
    }
    guard !host.isEmpty else { return nil }
    self = .host(String(host), port: port)
  }

  /// The socket address; nil for a host that is neither an address nor `localhost`.
  package var socketAddress: SocketAddress? {
    switch self {
    case .unix(let path): SocketAddress(.unix(path: path))
    case .host("localhost", let port): SocketAddress(.internet(.ipv4(0x7f00_0001), port: port))
    case .host(let host, let port):
      SocketAddress.Host(host).map { SocketAddress(.internet($0, port: port)) }
    }
  }

  package var description: String {
    switch self {
    case .unix(let path): "unix:\(path)"
    case .host(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
  }
}

extension ListenAddress {
  /// Reads `listen`.
  ///
  /// - Returns: Those that are well-formed; nil where there is none.
  static func all(_ root: inout Section) -> [ListenAddress]? {
    root.strings("listen", "an array with at least one address", mayBeEmpty: false)?.compactMap {
      text, path in
      let address = ListenAddress(text)
      if address == nil {
        root.problems.report(path, "HOST:PORT, [IPv6]:PORT or unix:PATH", .string(text))
      } else if address?.socketAddress == nil {
        root.problems.report(path, "an IP address or localhost as HOST", .string(text))
      }
      return address
    }
  }
}

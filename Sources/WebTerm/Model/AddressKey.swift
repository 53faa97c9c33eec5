// A network address as something to count by.

import EventLoop

/// A network address as limits count it: an IPv4 address, an IPv6 network of 64 bits, or none.
enum AddressKey: Hashable {
  case ipv4(UInt32)
  case ipv6(network: UInt64)
  /// Peers on a unix socket that forward no address.
  case local

  init(_ host: SocketAddress.Host?) {
    self =
      switch host {
      case .ipv4(let word)?: .ipv4(word)
      case .ipv6(let high, _)?: .ipv6(network: high)
      case nil: .local
      }
  }
}

extension AddressKey: CustomStringConvertible {
  var description: String {
    switch self {
    case .ipv4(let word): "\(SocketAddress.Host.ipv4(word))"
    case .ipv6(let network): "\(SocketAddress.Host.ipv6(high: network, low: 0))/64"
    case .local: "local"
    }
  }
}

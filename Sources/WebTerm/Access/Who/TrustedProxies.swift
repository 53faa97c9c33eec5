// Which peers may say on whose behalf they speak.

import EventLoop

/// The peers whose X-Forwarded-* fields are believed.
struct TrustedProxies: Equatable, Sendable {
  /// Addresses that share their first bits.
  struct Network: Equatable, Sendable {
    let host: SocketAddress.Host
    let bits: Int

    /// Reads `address/bits` or a single address; nil for anything else.
    init?(_ text: String) {
      let parts = text.split(separator: "/", omittingEmptySubsequences: false)
      guard let host = parts.first.flatMap({ SocketAddress.Host(String($0)) }) else { return nil }
      let most = if case .ipv4 = host { 32 } else { 128 }
      guard parts.count <= 2, let bits = parts.count == 2 ? Int(parts[1]) : most,
        (0...most).contains(bits)
      else { return nil }
      self.host = host
      self.bits = bits
    }

    func contains(_ other: SocketAddress.Host) -> Bool {
      switch (host, other) {
      case (.ipv4(let a), .ipv4(let b)):
        return bits == 0 || (a ^ b) >> UInt32(32 - bits) == 0
      case (.ipv6(let aHigh, let aLow), .ipv6(let bHigh, let bLow)):
        let high = bits == 0 ? 0 : (aHigh ^ bHigh) >> UInt64(64 - min(bits, 64))
        let low = bits <= 64 ? 0 : (aLow ^ bLow) >> UInt64(128 - bits)
        return high == 0 && low == 0
      default:
        return false
      }
    }
  }

  var networks: [Network]
  /// Whether everybody who connects through a unix socket is one.
  var trustsUnix: Bool

  /// This machine only.
  static let standard = TrustedProxies(
    networks: ["127.0.0.1/32", "::1/128"].compactMap(Network.init), trustsUnix: true)

  func trusts(_ peer: SocketAddress) -> Bool {
    switch peer.family {
    case .unix: trustsUnix
    case .internet(let host, _): networks.contains { $0.contains(host) }
    }
  }

  /// Who is really there: the last hop in `X-Forwarded-For` that is not one of ours.
  ///
  /// - Parameters:
  ///   - peer: Whom we are connected with.
  ///   - forwarded: The elements of X-Forwarded-For, the nearest hop last.
  /// - Returns: nil where a unix peer or an unreadable element leaves no address.
  func client(of peer: SocketAddress, forwarded: [String]) -> SocketAddress.Host? {
    var current: SocketAddress.Host?
    if case .internet(let host, _) = peer.family { current = host }
    guard trusts(peer) else { return current }
    for hop in forwarded.reversed() {
      guard let host = SocketAddress.Host(Self.withoutPort(hop)) else { return current }
      current = host
      guard networks.contains(where: { $0.contains(host) }) else { return host }
    }
    return current
  }

  private static func withoutPort(_ hop: String) -> String {
    if hop.hasPrefix("["), let end = hop.firstIndex(of: "]") {
      return String(hop[hop.index(after: hop.startIndex)..<end])
    }
    let parts = hop.split(separator: ":")
    return parts.count == 2 ? String(parts[0]) : hop
  }
}

extension TrustedProxies {
  /// Reads addresses and networks, and "unix" for peers on a unix socket.
  ///
  /// - Parameters:
  ///   - root: The configuration.
  ///   - key: `proxies`, or whatever else names peers.
  init?(_ root: inout Section, _ key: String) {
    guard let texts = root.strings(key) else { return nil }
    self.init(networks: [], trustsUnix: false)
    for (text, path) in texts {
      if text == "unix" {
        trustsUnix = true
      } else if let network = Network(text) {
        networks.append(network)
      } else {
        root.problems.report(path, "ADDRESS, ADDRESS/BITS or \"unix\"", .string(text))
      }
    }
  }
}

// Where a page comes from, and whether a request's names may be ours.

import EventLoop

/// A web origin: scheme, host and port (RFC 6454).
struct Origin: Equatable {
  /// Scheme and authority in lower case, the scheme's own port left out.
  let text: String
  /// Host and port as in a Host field.
  let authority: String
  let isSecure: Bool

  /// Nil where `text` is not `http://HOST[:PORT]` or `https://HOST[:PORT]`.
  init?(_ text: String) {
    let text = text.asciiLowercased
    for (scheme, port) in [("https", 443), ("http", 80)] where text.hasPrefix("\(scheme)://") {
      var authority = String(text.dropFirst(scheme.count + 3))
      let allowed = authority.utf8.allSatisfy { byte in
        (0x61...0x7a).contains(byte) || (0x30...0x39).contains(byte) || "-._:[]".utf8.contains(byte)
      }
      guard !authority.isEmpty, allowed else { return nil }
      if authority.hasSuffix(":\(port)") { authority.removeLast("\(port)".count + 1) }
      self.authority = authority
      self.text = "\(scheme)://\(authority)"
      isSecure = scheme == "https"
      return
    }
    return nil
  }
}

/// The rules about names that a request must keep.
struct OriginRules {
  /// The public origins of the configuration.
  let origins: [String]

  /// Whether a Host field may be ours: an IP address, `localhost`, or a public origin's name.
  ///
  /// A page that rebinds its own name to our address is stopped here: its Host is its own name.
  func accepts(host authority: String) -> Bool {
    guard Self.hasSoundPort(authority) else { return false }
    let host = Self.host(of: authority.asciiLowercased)
    if host == "localhost" || SocketAddress.Host(host) != nil { return true }
    return origins.contains { Origin($0).map { Self.host(of: $0.authority) } == host }
  }

  /// Whether a page of `origin` may open a channel through a request to `authority`.
  func accepts(origin: String?, authority: String, isSecure: Bool) -> Bool {
    guard let origin = origin.flatMap({ Origin($0) }) else { return false }
    if origins.contains(origin.text) { return true }
    let own = Origin("\(isSecure ? "https" : "http")://\(authority)")
    return origin == own
  }

  /// Whether what stands behind the host, if anything, is a port.
  private static func hasSoundPort(_ authority: String) -> Bool {
    let end = authority.lastIndex(of: "]").map { authority.index(after: $0) }
    let rest = authority[(end ?? authority.firstIndex(of: ":") ?? authority.endIndex)...]
    guard rest.first == ":" else { return rest.isEmpty }
    let digits = rest.dropFirst()
    // An empty port is the scheme's own (RFC 3986, section 3.2.3).
    let areDigits = digits.utf8.allSatisfy { (0x30...0x39).contains($0) }
    return digits.isEmpty || (areDigits && UInt16(digits) != nil)
  }

  private static func host(of authority: String) -> String {
    if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") {
      return String(authority[authority.index(after: authority.startIndex)..<end])
    }
    return String(authority.prefix { $0 != ":" })
  }
}

extension OriginRules {
  /// Reads `origins`.
  ///
  /// - Returns: Those that are well-formed, in lower case.
  static func origins(_ root: inout Section) -> [String] {
    (root.strings("origins") ?? []).compactMap { text, path in
      let origin = Origin(text)
      if origin == nil {
        root.problems.report(
          path, "an origin such as \"https://console.example.com\"", .string(text))
      }
      return origin?.text
    }
  }
}

// Who makes a request, as far as the connection and trusted proxies tell.

import EventLoop

/// The origin of one request.
struct Caller {
  /// The client's address; nil where a unix peer forwards none.
  let host: SocketAddress.Host?
  /// Whether the browser's side is https.
  let isSecure: Bool
  /// Whether it comes straight from this machine, or from where the configuration says.
  let mayReadMetrics: Bool
  /// The trusted proxy that sends it; nil where none does.
  let proxy: SocketAddress?
  let cookie: VisitorCookie
  let visitor: Visitor?

  init(_ request: RequestHead, peer: SocketAddress, site: Site) {
    let proxies = site.configuration.proxies
    let forwarded = request.list("x-forwarded-for")
    host = proxies.client(of: peer, forwarded: forwarded)
    proxy = proxies.trusts(peer) ? peer : nil
    isSecure =
      proxy != nil
      && request.list("x-forwarded-proto").last?.asciiLowercased == "https"
    mayReadMetrics =
      !Self.isPassedOn(request) && (peer.isLocal || site.configuration.metricsReaders.trusts(peer))
    cookie = VisitorCookie(basePath: site.configuration.basePath, isSecure: isSecure)
    visitor = site.visitors.visitor(
      request.cookies(cookie.name), isSecure: isSecure, now: site.reactor.now)
  }

  /// Whether a proxy has passed the request on, by whatever it says of that, though it says nothing in it.
  private static func isPassedOn(_ request: RequestHead) -> Bool {
    request.fields.contains { field in
      field.name.utf8.starts(with: "x-forwarded".utf8) || passedOn.contains(field.name)
        || (field.name.utf8.starts(with: "x-".utf8) && field.name.contains("client-ip"))
    }
  }

  /// What proxies write of whom they speak for: RFC 7239, RFC 9110 (section 7.6.3), and what came before them.
  private static let passedOn: Set<String> = [
    "forwarded", "via", "x-real-ip", "x-original-forwarded-for", "x-original-host",
    "x-proxyuser-ip",
    "client-ip", "true-client-ip", "cf-connecting-ip", "cf-ray", "fastly-client-ip",
    "x-envoy-external-address", "x-remote-addr", "x-host", "x-azure-clientip", "x-amzn-trace-id",
    "cdn-loop",
  ]

  /// For the log.
  var name: String { host.map { "\($0)" } ?? "unix" }

  var address: AddressKey { AddressKey(host) }
}

extension Site {
  /// Whoever claims a name without being a trusted proxy is not believed, and the administrator should know.
  func noteForeignVouching(_ request: RequestHead, _ caller: Caller) {
    guard let field = authenticator.vouchingField, caller.proxy == nil,
      let name = request.value(field)
    else { return }
    chronicle.note(
      .warning, "a login's name from somebody who is no trusted proxy is ignored",
      [("peer", caller.name), ("field", field), ("name", name)], from: caller.address)
  }
}

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
  /// Whether a trusted proxy sends it.
  let isFromProxy: Bool
  let cookie: VisitorCookie
  let visitor: Visitor?

  init(_ request: RequestHead, peer: SocketAddress, site: Site) {
    let proxies = site.configuration.proxies
    let forwarded = request.list("x-forwarded-for")
    host = proxies.client(of: peer, forwarded: forwarded)
    isFromProxy = proxies.trusts(peer)
    isSecure =
      isFromProxy
      && request.list("x-forwarded-proto").last?.asciiLowercased == "https"
    mayReadMetrics =
      forwarded.isEmpty && (peer.isLocal || site.configuration.metricsReaders.trusts(peer))
    cookie = VisitorCookie(basePath: site.configuration.basePath, isSecure: isSecure)
    visitor = site.visitors.visitor(
      request.cookies(cookie.name), isSecure: isSecure, now: site.reactor.now)
  }

  /// For the log.
  var name: String { host.map { "\($0)" } ?? "unix" }

  var address: AddressKey { AddressKey(host) }
}

extension Site {
  /// Whoever claims a name without being a trusted proxy is not believed, and the administrator should know.
  func noteForeignVouching(_ request: RequestHead, _ caller: Caller) {
    guard let field = authenticator.vouchingField, !caller.isFromProxy,
      let name = request.value(field)
    else { return }
    log.write(
      .warning, "a login's name from somebody who is no trusted proxy is ignored",
      [("peer", caller.name), ("field", field), ("name", name)])
  }
}

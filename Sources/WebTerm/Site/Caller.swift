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

  /// - Parameters:
  ///   - request: The request.
  ///   - peer: Whom the connection is with.
  ///   - configuration: Says which proxies are believed, and who may read the metrics.
  ///   - visitors: Know the cookies.
  ///   - now: The time.
  init(
    _ request: RequestHead, peer: SocketAddress, _ configuration: Configuration,
    _ visitors: VisitorRegistry, now: MonotonicInstant
  ) {
    let proxies = configuration.proxies
    let forwarded = request.list("x-forwarded-for")
    host = proxies.client(of: peer, forwarded: forwarded)
    proxy = proxies.trusts(peer) ? peer : nil
    isSecure =
      proxy != nil
      && request.list("x-forwarded-proto").last?.asciiLowercased == "https"
    mayReadMetrics =
      !Self.isPassedOn(request) && (peer.isLocal || configuration.metricsReaders.trusts(peer))
    cookie = VisitorCookie(basePath: configuration.basePath, isSecure: isSecure)
    visitor = visitors.visitor(request.cookies(cookie.name), isSecure: isSecure, now: now)
  }

  /// Whether a proxy has passed the request on, by whatever it says of that, though it says nothing
  /// in it.
  private static func isPassedOn(_ request: RequestHead) -> Bool {
    request.fields.contains { field in
      field.name.utf8.starts(with: "x-forwarded".utf8) || passedOn.contains(field.name)
        || (field.name.utf8.starts(with: "x-".utf8) && field.name.contains("client-ip"))
    }
  }

  /// What proxies write of whom they speak for: RFC 7239, RFC 9110 (section 7.6.3), and what came
  /// before them.
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

/// A caller behind the gates: as whom it has come in, and whose terminals it sees.
struct Visit {
  let caller: Caller
  let login: Login?
  /// Whose the cookie is, where that is who has logged in.
  let visitor: Visitor?

  init(_ caller: Caller, _ login: Login?) {
    self.caller = caller
    self.login = login
    visitor = caller.visitor?.login == login ? caller.visitor : nil
  }

  /// Whose terminals they see: with a login it does not matter which browser it is.
  var owner: Owner? { login.map { .login($0.name) } ?? visitor?.owner }
}

// What each request is answered with. Bytes and connections are HTTPExchange's.

import EventLoop

/// Answers requests from the site.
struct Responder {
  /// An answer, the beginning of a channel, or a password that is to be checked first.
  enum Answer {
    case response(Response)
    case channel(ChannelContext, accept: String)
    case check(BasicCredentials)
  }

  private let site: Site

  init(_ site: Site) {
    self.site = site
  }

  /// - Parameters:
  ///   - request: The request.
  ///   - caller: Who makes it.
  ///   - proven: The login whose password was checked just now.
  /// - Returns: What comes of it.
  func answer(_ request: RequestHead, _ caller: Caller, proven: Login? = nil) -> Answer {
    if let authority = request.authority, !site.origins.accepts(host: authority) {
      return .response(
        problem(.misdirectedRequest, "This server does not answer to that name.", request))
    }
    guard ["GET", "HEAD"].contains(request.method) else {
      var response = problem(.methodNotAllowed, "Only GET and HEAD are understood.", request)
      response.head.add("Allow", "GET, HEAD")
      return .response(response)
    }
    let route = route(request, caller)
    let fields = HandshakeFields(
      upgrade: request.list("upgrade"), connection: request.list("connection"),
      version: request.value("sec-websocket-version"), key: request.value("sec-websocket-key"),
      subprotocols: request.list("sec-websocket-protocol"))
    if Handshake.isWanted(by: fields), request.method == "GET", request.minorVersion == 1 {
      return answerHandshake(request, caller, route, fields)
    }
    guard route.needsLogin, proven == nil else {
      return .response(response(to: request, caller, route, proven))
    }
    switch site.authenticator.judge(request, caller.visitor, isFromProxy: caller.isFromProxy) {
    case .granted(let login): return .response(response(to: request, caller, route, login))
    case .claims(let credentials): return .check(credentials)
    case .unknown: return .response(challenge(request))
    case .notVouchedFor: return .response(notVouchedFor(request, caller))
    }
  }

  /// What the address stands for. A target that a reload has removed stands for its live terminals, for their visitor.
  private func route(_ request: RequestHead, _ caller: Caller) -> Route {
    site.router.route(request.path) { name in
      caller.visitor.flatMap { visitor in
        site.registry.terminals(of: visitor).last { $0.destination.target.name == name }
      }?.destination.target
    }
  }

  /// Whether the answer depends on who may log in and who belongs together.
  func needsAccounts(_ request: RequestHead) -> Bool {
    switch site.router.route(request.path) {
    case .launcher, .terminal: true
    case .file, .health, .metrics: false
    // It may be a removed target's, with terminals.
    case .problem: true
    }
  }

  // MARK: Logins

  /// Asks for a name and a password (RFC 7617).
  func challenge(_ request: RequestHead) -> Response {
    var response = problem(.unauthorized, "This server asks for a name and a password.", request)
    response.head.add("WWW-Authenticate", "Basic realm=\"webtermd\", charset=\"UTF-8\"")
    return response
  }

  private func notVouchedFor(_ request: RequestHead, _ caller: Caller) -> Response {
    noteForeignVouching(request, caller)
    return problem(.forbidden, "This server is reached through its login page only.", request)
  }

  /// Whoever claims a name without being a trusted proxy is not believed, and the administrator should know.
  private func noteForeignVouching(_ request: RequestHead, _ caller: Caller) {
    guard let field = site.authenticator.vouchingField, !caller.isFromProxy,
      let name = request.value(field)
    else { return }
    site.log.write(
      .warning, "a login's name from somebody who is no trusted proxy is ignored",
      [("peer", caller.name), ("field", field), ("name", name)])
  }

  /// Too many at once; how long to wait, in whole seconds.
  func tooMany(_ message: String, after seconds: Int, _ request: RequestHead) -> Response {
    var response = problem(.tooManyRequests, message, request)
    response.head.add("Retry-After", "\(seconds)")
    return response
  }

  // MARK: Channels

  private func answerHandshake(
    _ request: RequestHead, _ caller: Caller, _ route: Route, _ fields: HandshakeFields
  ) -> Answer {
    do throws(ChannelRefusal) {
      return try channel(request, caller, route, fields)
    } catch {
      site.metrics.refuse("handshake")
      site.log.write(
        .notice, "channel refused",
        [("peer", caller.name), ("target", request.target), ("why", error.message)])
      var response = problem(error.status, error.message, request)
      if error.status == .upgradeRequired {
        response.head.add("Upgrade", "websocket")
        response.head.add("Sec-WebSocket-Version", "13")
        response.head.add("Sec-WebSocket-Protocol", Channel.subprotocol)
      }
      return .response(response)
    }
  }

  private struct ChannelRefusal: Error {
    let status: ResponseHead.Status
    let message: String
  }

  private func channel(
    _ request: RequestHead, _ caller: Caller, _ route: Route, _ fields: HandshakeFields
  ) throws(ChannelRefusal) -> Answer {
    let destination: Destination
    switch route {
    case .terminal(let found): destination = found
    case .problem(let status, let message):
      throw ChannelRefusal(status: status, message: message)
    default:
      throw ChannelRefusal(status: .notFound, message: "There is no terminal at this address.")
    }
    let isOwn = site.origins.accepts(
      origin: request.value("origin"), authority: request.authority ?? "",
      isSecure: caller.isSecure)
    guard isOwn else {
      throw ChannelRefusal(
        status: .forbidden, message: "A channel can be opened only by this server's own page.")
    }
    guard let visitor = caller.visitor else {
      throw ChannelRefusal(status: .forbidden, message: "The page's cookie is missing or unknown.")
    }
    let judgement = site.authenticator.judge(request, visitor, isFromProxy: caller.isFromProxy)
    guard judgement == .granted(visitor.login) else {
      noteForeignVouching(request, caller)
      throw ChannelRefusal(status: .forbidden, message: "The page's login is not valid any more.")
    }
    do throws(Handshake.Problem) {
      let accept = try Handshake.accept(fields, subprotocol: Channel.subprotocol)
      return .channel(
        ChannelContext(
          registry: site.registry, visitor: visitor, address: caller.address,
          destination: destination,
          handshakePatience: site.configuration.timeouts.handshake),
        accept: accept)
    } catch .malformed(let reason) {
      throw ChannelRefusal(status: .badRequest, message: reason)
    } catch {
      throw ChannelRefusal(
        status: .upgradeRequired,
        message: "A channel needs the subprotocol \(Channel.subprotocol).")
    }
  }

  // MARK: Pages

  private func response(
    to request: RequestHead, _ caller: Caller, _ route: Route, _ login: Login?
  ) -> Response {
    switch route {
    case .launcher:
      return launcher(caller, login)
    case .terminal(let destination):
      return terminalPage(request, caller, destination, login)
    case .file(let path):
      return file(path, request)
    case .health:
      return site.isDraining
        ? text(.unavailable, "draining\n") : text(.ok, "ok\n")
    case .metrics:
      return metrics(request, caller)
    case .problem(let status, let message):
      return problem(status, message, request)
    }
  }

  private func launcher(_ caller: Caller, _ login: Login?) -> Response {
    let visitor = caller.visitor?.login == login ? caller.visitor : nil
    let targets = site.configuration.targets.filter { site.rights.admits(login, to: $0) }
    var response = page(
      site.pages.launcher(
        targets, terminals: visitor.map(site.registry.terminals(of:)) ?? []))
    // A login is worth a cookie: the password is not to be checked with every page.
    if login != nil, visitor == nil { welcome(login, caller, &response) }
    return response
  }

  private func terminalPage(
    _ request: RequestHead, _ caller: Caller, _ destination: Destination, _ login: Login?
  ) -> Response {
    let visitor = caller.visitor?.login == login ? caller.visitor : nil
    do throws(Refusal) {
      _ = try site.rights.opening(destination, by: login)
    } catch {
      // A live terminal goes on, with its page, where nobody may open another one.
      guard isLive(destination, visitor) else {
        return problem(.forbidden, ChannelError(error).message, request)
      }
    }
    guard !site.isDraining else {
      var response = problem(.unavailable, "The server is stopping.", request)
      response.head.add("Retry-After", "5")
      return response
    }
    var response = page(
      site.pages.terminal(
        destination, idlePatience: site.configuration.timeouts.idle))
    if visitor == nil { welcome(login, caller, &response) }
    return response
  }

  private func isLive(_ destination: Destination, _ visitor: Visitor?) -> Bool {
    guard let visitor else { return false }
    return site.registry.terminals(of: visitor).contains {
      $0.destination.isSamePlace(as: destination)
    }
  }

  private func welcome(_ login: Login?, _ caller: Caller, _ response: inout Response) {
    let visitor = site.visitors.welcome(login, isSecure: caller.isSecure, now: site.reactor.now)
    let attributes = caller.cookie.attributes
    response.head.add("Set-Cookie", "\(caller.cookie.name)=\(visitor.secret.text)\(attributes)")
    // Among several processes, a proxy leads the browser back to the one that knows this cookie.
    guard site.configuration.isOneOfSeveral else { return }
    response.head.add("Set-Cookie", "webterm_route=\(site.configuration.instance)\(attributes)")
  }

  private func file(_ path: String, _ request: RequestHead) -> Response {
    guard let file = site.files[path], !path.hasPrefix("pages/") else {
      return problem(.notFound, "There is no such file.", request)
    }
    let usesGzip = file.gzipped != nil && acceptsGzip(request)
    let tag = usesGzip ? file.tag.replacing("-", with: "g") : file.tag
    let isKnown = request.list("if-none-match").contains { $0 == "*" || $0.hasSuffix(tag) }
    var response = Response(
      isKnown ? .notModified : .ok, contentType: file.contentType,
      body: isKnown ? [] : (usesGzip ? file.gzipped ?? file.bytes : file.bytes),
      cacheControl: "no-cache")
    response.head.add("ETag", tag)
    if file.gzipped != nil { response.head.add("Vary", "Accept-Encoding") }
    if usesGzip { response.head.add("Content-Encoding", "gzip") }
    return response
  }

  /// Whether gzip is acceptable (RFC 9110, section 12.5.3); a weight of zero says that it is not.
  private func acceptsGzip(_ request: RequestHead) -> Bool {
    request.list("accept-encoding").contains { element in
      let parts = element.lowercased().split(separator: ";").map { $0.trimmingBlanks() }
      guard let coding = parts.first, coding == "gzip" || coding == "*" else { return false }
      return !parts.dropFirst().contains { ["q=0", "q=0.0", "q=0.00", "q=0.000"].contains($0) }
    }
  }

  private func metrics(_ request: RequestHead, _ caller: Caller) -> Response {
    guard caller.mayReadMetrics else {
      return problem(.forbidden, "Metrics are not shown to you.", request)
    }
    return Response(
      .ok, contentType: "text/plain; version=0.0.4; charset=utf-8",
      body: MetricsReport(site).bytes)
  }

  private func page(_ html: String) -> Response {
    Response(.ok, contentType: "text/html; charset=utf-8", body: Array(html.utf8))
  }

  private func text(_ status: ResponseHead.Status, _ text: String) -> Response {
    Response(status, contentType: "text/plain; charset=utf-8", body: Array(text.utf8))
  }

  // MARK: Problems

  /// An error as a small page for a browser, as plain text for others.
  func problem(
    _ status: ResponseHead.Status, _ message: String, _ request: RequestHead? = nil
  ) -> Response {
    let accepted = request?.list("accept") ?? []
    guard accepted.contains(where: { $0.lowercased().hasPrefix("text/html") }) else {
      return text(status, "\(message)\n")
    }
    return Response(
      status, contentType: "text/html; charset=utf-8",
      body: Array(site.pages.error(status, message).utf8))
  }

  /// The answer to bytes that are no request.
  func refusal(_ problem: RequestParser.Problem) -> Response {
    switch problem {
    case .malformed(let reason): self.problem(.badRequest, "The request is not HTTP: \(reason).")
    case .versionNotSupported:
      self.problem(.versionNotSupported, "Only HTTP/1.0 and HTTP/1.1 are spoken.")
    case .targetTooLong: self.problem(.uriTooLong, "The address is too long.")
    case .fieldsTooLarge: self.problem(.fieldsTooLarge, "The header fields are too large.")
    case .bodyRefused: self.problem(.contentTooLarge, "Requests with a body are not taken.")
    }
  }
}

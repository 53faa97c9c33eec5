// What each request is answered with. Bytes and connections are HTTPExchange's.

import EventLoop

/// Answers requests from the site.
struct Responder {
  /// An answer, or the beginning of a channel.
  enum Answer {
    case response(Response)
    case channel(ChannelContext, accept: String)
  }

  private let site: Site

  init(_ site: Site) {
    self.site = site
  }

  func answer(_ request: RequestHead, _ caller: Caller) -> Answer {
    if let authority = request.authority, !site.origins.accepts(host: authority) {
      return .response(
        problem(.misdirectedRequest, "This server does not answer to that name.", request))
    }
    guard ["GET", "HEAD"].contains(request.method) else {
      var response = problem(.methodNotAllowed, "Only GET and HEAD are understood.", request)
      response.head.add("Allow", "GET, HEAD")
      return .response(response)
    }
    let route = site.router.route(request.path)
    let fields = HandshakeFields(
      upgrade: request.list("upgrade"), connection: request.list("connection"),
      version: request.value("sec-websocket-version"), key: request.value("sec-websocket-key"),
      subprotocols: request.list("sec-websocket-protocol"))
    if Handshake.isWanted(by: fields), request.method == "GET", request.minorVersion == 1 {
      return answerHandshake(request, caller, route, fields)
    }
    return .response(response(to: request, caller, route))
  }

  // MARK: Channels

  private func answerHandshake(
    _ request: RequestHead, _ caller: Caller, _ route: Route, _ fields: HandshakeFields
  ) -> Answer {
    do throws(ChannelRefusal) {
      return try channel(request, caller, route, fields)
    } catch {
      site.metrics.channelsRefused += 1
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

  private func response(to request: RequestHead, _ caller: Caller, _ route: Route) -> Response {
    switch route {
    case .launcher:
      let terminals = caller.visitor.map(site.registry.terminals(of:)) ?? []
      return page(site.pages.launcher(site.configuration, terminals: terminals))
    case .terminal(let destination):
      return terminalPage(request, caller, destination)
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

  private func terminalPage(
    _ request: RequestHead, _ caller: Caller, _ destination: Destination
  ) -> Response {
    guard destination.isAllowed else {
      return problem(
        .forbidden,
        "\(destination.method.rawValue) to port \(destination.port) as \(destination.user.text) "
          + "is not allowed here.", request)
    }
    guard !site.isDraining else {
      var response = problem(.unavailable, "The server is stopping.", request)
      response.head.add("Retry-After", "5")
      return response
    }
    var response = page(
      site.pages.terminal(
        destination, idlePatience: site.configuration.timeouts.idle))
    if caller.visitor == nil {
      let visitor = site.visitors.welcome(now: site.reactor.now)
      let secure = caller.isSecure ? "; Secure" : ""
      response.head.add(
        "Set-Cookie",
        "webterm=\(visitor.secret.text); Path=\(site.configuration.basePath); HttpOnly; "
          + "SameSite=Strict\(secure)")
    }
    return response
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
    guard caller.isLocal else {
      return problem(.forbidden, "Metrics are shown on this machine only.", request)
    }
    let text = site.metrics.text(
      terminals: site.registry.count, attached: site.registry.all.count { $0.isAttached },
      logBytes: site.registry.budget.used)
    return Response(
      .ok, contentType: "text/plain; version=0.0.4; charset=utf-8", body: Array(text.utf8))
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

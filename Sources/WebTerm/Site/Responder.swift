// What each request is answered with: the gates in front, and who answers behind them. Bytes and connections are
// HTTPExchange's.

import EventLoop

/// Answers requests from the site.
struct Responder {
  /// An answer, the beginning of a channel, a list of what somebody sees, the server's state, or a password that is to be
  /// checked first.
  enum Answer {
    case response(Response)
    case channel(ChannelGate.Purpose, accept: String)
    case devices(Audiences.View)
    case metrics
    case check(BasicCredentials)
  }

  private let site: Site

  init(_ site: Site) {
    self.site = site
  }

  /// What an address stands for. A target that a reload has removed stands for its live terminals, for their visitor.
  func route(_ request: RequestHead, _ caller: Caller) -> Route {
    site.router.route(request.path) { name in
      caller.visitor.flatMap { visitor in
        site.registry.terminals(of: visitor.owner).last { $0.destination.target.name == name }
      }?.destination.target
    }
  }

  /// - Parameters:
  ///   - request: The request.
  ///   - caller: Who makes it.
  ///   - route: What its address stands for.
  ///   - proven: The login whose password was checked just now.
  /// - Returns: What comes of it.
  func answer(
    _ request: RequestHead, _ caller: Caller, _ route: Route, proven: Login? = nil
  ) -> Answer {
    if let authority = request.authority, !site.origins.accepts(host: authority) {
      let seen = SeenOrigin(
        origin: request.value("origin"), host: authority, isSecure: caller.isSecure)
      site.refusedOrigins.note(
        "requests to a name that is none of ours are refused (origins)", seen, peer: caller.name,
        site.log, now: site.reactor.now)
      return .response(
        site.problems.answer(.misdirectedRequest, seen.sentenceOfHost, to: request))
    }
    guard ["GET", "HEAD"].contains(request.method) else {
      return .response(site.problems.methodNotAllowed(request))
    }
    if let refusal = refusal(ofPage: request, caller) { return .response(refusal) }
    if let handshake = ChannelGate.handshake(request) {
      return channel(request, caller, route, handshake)
    }
    guard route.needsLogin, proven == nil else { return granted(request, caller, route, proven) }
    switch site.authenticator.judge(request, caller.visitor, proxy: caller.proxy) {
    case .granted(let login): return granted(request, caller, route, login)
    case .claims(let credentials): return .check(credentials)
    case .unknown: return .response(site.problems.challenge(request))
    case .notVouchedFor:
      site.noteForeignVouching(request, caller)
      return .response(
        site.problems.answer(
          .forbidden, "This server is reached through its login page only.", to: request))
    case .misnamed(let name):
      site.chronicle.note(
        .warning, "a login's name that is not UTF-8, too long, or does not show, is refused",
        [("peer", caller.name), ("name", name)], from: caller.address)
      return .response(
        site.problems.answer(
          .forbidden,
          "The name that the login page gives you cannot be used here: it is not UTF-8, is too long, "
            + "or has characters that do not show.", to: request))
    }
  }

  /// A page cannot see why its handshake was refused: it asks for its own address, and says where it
  /// is. A browser tells that of no other request to the page's own server.
  private func refusal(ofPage request: RequestHead, _ caller: Caller) -> Response? {
    guard let origin = request.value("x-webterm-origin") else { return nil }
    let authority = request.authority ?? ""
    guard
      !site.origins.accepts(origin: origin, authority: authority, isSecure: caller.isSecure)
    else { return nil }
    let seen = SeenOrigin(origin: origin, host: authority, isSecure: caller.isSecure)
    return site.problems.answer(.forbidden, seen.sentence, to: request)
  }

  private func channel(
    _ request: RequestHead, _ caller: Caller, _ route: Route, _ fields: HandshakeFields
  ) -> Answer {
    do throws(ChannelGate.Refused) {
      let (purpose, accept) = try ChannelGate(site).admit(request, caller, route, fields)
      return .channel(purpose, accept: accept)
    } catch {
      site.metrics.refuse("handshake")
      if let seen = error.seen {
        site.refusedOrigins.note(
          "channels of a page are refused: its origin is none of ours (origins)", seen,
          peer: caller.name, site.log, now: site.reactor.now)
      }
      site.chronicle.note(
        .notice, "channel refused",
        [("peer", caller.name), ("url", request.target), ("why", error.message)],
        from: caller.address, audited: "refused")
      return .response(
        site.problems.noChannel(
          error.status, error.message,
          subprotocol: route == .devices ? NewsChannel.subprotocol : TerminalChannel.subprotocol,
          for: request))
    }
  }

  /// What somebody gets who may have it.
  private func granted(
    _ request: RequestHead, _ caller: Caller, _ route: Route, _ login: Login?
  ) -> Answer {
    let pages = VisitorPages(site, for: caller, login)
    switch route {
    case .directory: return .response(pages.directory())
    case .devices: return .devices(pages.view)
    case .workspace: return .response(pages.workspace())
    case .terminal(let destination): return .response(pages.terminal(destination, request))
    case .file(let path):
      return .response(
        site.files.response(path, to: request)
          ?? site.problems.answer(.notFound, "There is no such file.", to: request))
    case .health:
      return .response(
        site.isDraining ? Response(.unavailable, text: "draining\n") : Response(.ok, text: "ok\n"))
    case .metrics:
      guard caller.mayReadMetrics else {
        return .response(
          site.problems.answer(.forbidden, "Metrics are not shown to you.", to: request))
      }
      return .metrics
    case .problem(let status, let message), .noTerminal(let status, let message):
      return .response(site.problems.answer(status, message, to: request))
    }
  }
}

// What each request is answered with: the gates in front, and who answers behind them. Bytes and connections are
// HTTPExchange's.

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
      return .response(
        site.problems.answer(
          .misdirectedRequest, "This server does not answer to that name.", to: request))
    }
    guard ["GET", "HEAD"].contains(request.method) else {
      return .response(site.problems.methodNotAllowed(request))
    }
    if let handshake = ChannelGate.handshake(request) {
      return channel(request, caller, route, handshake)
    }
    guard route.needsLogin, proven == nil else {
      return .response(response(to: request, caller, route, proven))
    }
    switch site.authenticator.judge(request, caller.visitor, isFromProxy: caller.isFromProxy) {
    case .granted(let login): return .response(response(to: request, caller, route, login))
    case .claims(let credentials): return .check(credentials)
    case .unknown: return .response(site.problems.challenge(request))
    case .notVouchedFor:
      site.noteForeignVouching(request, caller)
      return .response(
        site.problems.answer(
          .forbidden, "This server is reached through its login page only.", to: request))
    }
  }

  private func channel(
    _ request: RequestHead, _ caller: Caller, _ route: Route, _ fields: HandshakeFields
  ) -> Answer {
    do throws(ChannelGate.Refused) {
      let (context, accept) = try ChannelGate(site).admit(request, caller, route, fields)
      return .channel(context, accept: accept)
    } catch {
      site.metrics.refuse("handshake")
      site.log.write(
        .notice, "channel refused",
        [("peer", caller.name), ("target", request.target), ("why", error.message)])
      return .response(site.problems.noChannel(error.status, error.message, for: request))
    }
  }

  private func response(
    to request: RequestHead, _ caller: Caller, _ route: Route, _ login: Login?
  ) -> Response {
    switch route {
    case .directory:
      return VisitorPages(site, for: caller, login).directory()
    case .terminal(let destination):
      return VisitorPages(site, for: caller, login).terminal(destination, request)
    case .file(let path):
      return site.files.response(path, to: request)
        ?? site.problems.answer(.notFound, "There is no such file.", to: request)
    case .health:
      return site.isDraining
        ? Response(.unavailable, text: "draining\n") : Response(.ok, text: "ok\n")
    case .metrics:
      guard caller.mayReadMetrics else {
        return site.problems.answer(.forbidden, "Metrics are not shown to you.", to: request)
      }
      return Response(
        .ok, contentType: "text/plain; version=0.0.4; charset=utf-8",
        body: site.metricsReport.bytes)
    case .problem(let status, let message):
      return site.problems.answer(status, message, to: request)
    }
  }
}

// What each request is answered with: the gates in front, one after the other, and what is behind
// them. Bytes and connections are HTTPExchange's.

import EventLoop

/// Answers requests. There is one for all connections; it keeps nothing of them.
final class Responder {
  /// What requests pass on their way to ``Contents``.
  struct Gates {
    let callers: CallerGate
    let origins: OriginGate
    let logins: LoginGate
    let channels: ChannelGate
    let watch: WatchGate
  }

  /// A request that is being answered.
  private struct Asked {
    let request: RequestHead
    let caller: Caller
    let route: Route
  }

  private let site: Site
  private let gates: Gates
  private let contents: Contents
  private let chronicle: Chronicle

  init(_ site: Site, _ gates: Gates, _ contents: Contents, _ chronicle: Chronicle) {
    self.site = site
    self.gates = gates
    self.contents = contents
    self.chronicle = chronicle
  }

  // MARK: For the connection

  /// How long a request's head may take to arrive.
  var handshakeTimeout: Duration { site.configuration.timeouts.handshake }

  /// The beginning of those paths to which something may be posted.
  var bodiesBelow: String { "\(site.configuration.basePath)watch/" }

  /// Answers that say what is wrong with a connection.
  var problems: Problems { site.problems }

  /// Whether connections end with their next answer.
  var isDraining: Bool { contents.isDraining }

  /// The answer to bytes that are no request.
  func answer(_ problem: RequestProblem, from peer: SocketAddress) -> Response {
    chronicle.note(
      .info, "bad request", [("peer", "\(peer)"), ("why", "\(problem)")],
      from: AddressKey(peer.host))
    return site.problems.answer(problem)
  }

  /// Speaks the channel of an upgrade on a connection from now on.
  func begin(_ upgrade: ChannelGate.Upgrade, on connection: Connection) {
    gates.channels.begin(upgrade, on: connection)
  }

  // MARK: Requests

  /// - Parameters:
  ///   - request: The request.
  ///   - connection: Where it has come from.
  /// - Returns: What comes of it.
  func answer(_ request: RequestHead, on connection: Connection) -> Answer {
    guard let caller = gates.callers.admit(request, on: connection) else {
      var response = site.problems.answer(
        .tooManyRequests, "Your address has too many connections open.", after: 10, to: request)
      response.isLast = true
      return .response(response)
    }
    // A target that a reload has removed stands for its live terminals, for their visitor.
    let route = site.router.route(request.path) { name in
      contents.formerTarget(name, of: caller.visitor)
    }
    let asked = Asked(request: request, caller: caller, route: route)
    // What is open to all needs no look at the files of accounts.
    guard route.needsAccounts else { return answer(asked) }
    return .pending { [self] done in
      gates.logins.settle { done { self.answer(asked) } }
      return nil
    }
  }

  private func answer(_ asked: Asked) -> Answer {
    logged(pass(asked), asked)
  }

  /// Passes the gates, one after the other.
  private func pass(_ asked: Asked) -> Answer {
    let (request, caller, route) = (asked.request, asked.caller, asked.route)
    if let refusal = gates.origins.refusal(ofHost: request, caller) { return .response(refusal) }
    if case .watch = route, request.method == "POST" {
      // A page of another origin may not use links in a visitor's name.
      if let seen = gates.origins.stranger(request, caller) {
        return .response(site.problems.answer(.forbidden, seen.sentence, to: request))
      }
      return watch(asked)
    }
    guard ["GET", "HEAD"].contains(request.method) else {
      return .response(site.problems.methodNotAllowed(request, at: route))
    }
    if let refusal = gates.origins.refusal(ofPage: request, caller) { return .response(refusal) }
    if let handshake = ChannelGate.handshake(request) { return channel(asked, handshake) }
    if case .watch = route { return watch(asked) }
    guard route.needsLogin else { return granted(asked, nil) }
    return follow(gates.logins.judge(request, caller), asked)
  }

  /// A terminal by its ID: a caller who has not logged in is a guest, unless links ask for a login.
  private func watch(_ asked: Asked) -> Answer {
    let verdict = gates.logins.judge(asked.request, asked.caller)
    if case .refused = verdict, !gates.watch.needsLogin { return granted(asked, nil) }
    return follow(verdict, asked)
  }

  private func follow(_ verdict: LoginGate.Verdict, _ asked: Asked) -> Answer {
    switch verdict {
    case .granted(let login): return granted(asked, login)
    case .refused(let response): return .response(response)
    case .claims(let credentials):
      return .pending { [self] done in
        gates.logins.check(credentials, asked.request, asked.caller) { verdict in
          done { self.follow(verdict, asked) }
        }
      }
    }
  }

  private func granted(_ asked: Asked, _ login: Login?) -> Answer {
    contents.answer(asked.request, asked.route, Visit(asked.caller, login))
  }

  private func channel(_ asked: Asked, _ fields: HandshakeFields) -> Answer {
    let (request, caller, route) = (asked.request, asked.caller, asked.route)
    do throws(ChannelGate.Refused) {
      return .upgrade(try gates.channels.admit(request, caller, route, fields))
    } catch {
      gates.callers.noteRefusal(of: "handshake")
      if let seen = error.seen { gates.origins.noteChannel(seen, caller) }
      chronicle.note(
        .notice, "channel refused",
        [("peer", caller.name), ("url", request.target), ("why", error.message)],
        from: caller.address, audited: "refused")
      return .response(
        site.problems.noChannel(
          error.status, error.message,
          subprotocol: route.subprotocol, for: request))
    }
  }

  /// The same answer, which the log shows when it is made.
  private func logged(_ answer: Answer, _ asked: Asked) -> Answer {
    switch answer {
    case .upgrade: break
    case .response(let response):
      chronicle.log.write(
        .debug, "request",
        [
          ("peer", asked.caller.name), ("method", asked.request.method),
          ("target", asked.request.target), ("status", "\(response.head.status.rawValue)"),
        ])
    case .pending(let begin):
      return .pending { [self] done in
        begin { next in done { self.logged(next(), asked) } }
      }
    }
    return answer
  }
}

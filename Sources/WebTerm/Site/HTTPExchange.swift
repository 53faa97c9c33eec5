// HTTP on one connection: a request at a time, answered from the site.

import EventLoop

/// The conversation that every connection begins with.
final class HTTPExchange: Conversation {
  private enum State {
    case reading
    /// The head is out or about to be; `sent` bytes of the body are.
    case responding(Response, sent: Int)
    /// A password is checked, or a file read, on another thread.
    case checking
    case finished
  }

  /// How long a connection may wait for another request.
  private static let keepAlive: Duration = .seconds(75)
  /// How long a peer may take nothing of an answer that is there for it.
  private static let silence: Duration = .seconds(75)
  /// How long other threads may take to say whether a login is right.
  private static let checkPatience: Duration = .seconds(30)

  private unowned let connection: Connection
  private let site: Site
  private var parser = RequestParser()
  private var state = State.reading
  private var head: [UInt8] = []
  private var deadline: MonotonicInstant
  /// The password that is checked, or waits for it.
  private var claimed: Int?

  init(_ connection: Connection, site: Site) {
    self.connection = connection
    self.site = site
    deadline = connection.reactor.now + site.configuration.timeouts.handshake
  }

  // MARK: Requests

  var wantsInput: Bool { if case .reading = state { true } else { false } }

  var isIdle: Bool { wantsInput && parser.isIdle }

  func received(_ bytes: inout MutableSpan<UInt8>) -> Int {
    let wasIdle = parser.isIdle
    do throws(RequestParser.Problem) {
      switch try parser.consume(bytes.span) {
      case .incomplete:
        if wasIdle { deadline = connection.reactor.now + site.configuration.timeouts.handshake }
        return bytes.count
      case .complete(let request, let used):
        answer(request)
        return used
      }
    } catch {
      site.chronicle.note(
        .info, "bad request", [("peer", "\(connection.peer)"), ("why", "\(error)")],
        from: AddressKey(connection.peer.host))
      respond(site.problems.answer(error), keepsAlive: false)
      return bytes.count
    }
  }

  private func answer(_ request: RequestHead) {
    site.metrics.requests += 1
    let caller = Caller(request, peer: connection.peer, site: site)
    guard site.admission.admits(ObjectIdentifier(connection), for: caller.address) else {
      site.metrics.refuse("connections")
      return respond(
        site.problems.answer(
          .tooManyRequests, "Your address has too many connections open.", after: 10, to: request),
        keepsAlive: false)
    }
    let route = Responder(site).route(request, caller)
    let asked = Asked(request: request, caller: caller, route: route)
    // What anybody may see needs no look at the files of accounts.
    guard route.needsAccounts else { return answer(asked) }
    wait(Self.checkPatience, in: .checking)
    site.authenticator.accounts.settle { [weak self] in self?.settled(asked) }
  }

  /// A request that is being answered.
  private struct Asked {
    let request: RequestHead
    let caller: Caller
    let route: Route
  }

  private func settled(_ asked: Asked) {
    guard case .checking = state else { return }
    answer(asked)
  }

  private func answer(_ asked: Asked, proven: Login? = nil) {
    let answer = Responder(site).answer(
      asked.request, asked.caller, asked.route, proven: proven)
    switch answer {
    case .response(let response): respond(response, to: asked)
    case .channel(let purpose, let accept): upgrade(for: purpose, accept: accept)
    case .devices(let view): list(view, for: asked)
    case .metrics: report(for: asked)
    case .check(let claim): check(claim, for: asked)
    }
  }

  private func report(for asked: Asked) {
    wait(Self.checkPatience, in: .checking)
    site.scrapes.ask { [weak self] text in
      guard let self, case .checking = state else { return }
      let type = "text/plain; version=0.0.4; charset=utf-8"
      respond(Response(.ok, contentType: type, body: text), to: asked)
    }
  }

  private func list(_ view: Audiences.View, for asked: Asked) {
    wait(Self.checkPatience, in: .checking)
    site.lister.list(view, of: site.catalog) { [weak self] list in
      guard let self, case .checking = state else { return }
      respond(
        list?.response(to: asked.request)
          ?? site.problems.answer(.unavailable, "The list cannot be made.", to: asked.request),
        to: asked)
    }
  }

  private func respond(_ response: Response, to asked: Asked) {
    let request = asked.request
    site.log.write(
      .debug, "request",
      [
        ("peer", asked.caller.name), ("method", request.method), ("target", request.target),
        ("status", "\(response.head.status.rawValue)"),
      ])
    respond(response, keepsAlive: request.keepsAlive, withBody: request.method != "HEAD")
  }

  private func wait(_ patience: Duration, in state: State) {
    self.state = state
    deadline = connection.reactor.now + patience
  }

  // MARK: Logins

  private func check(_ credentials: BasicCredentials, for asked: Asked) {
    wait(Self.checkPatience, in: .checking)
    let claim = PasswordChecker.Claim(
      credentials: credentials, address: asked.caller.address, peer: asked.caller.name)
    claimed = site.authenticator.passwords.check(claim) { [weak self] outcome in
      self?.checked(outcome, asked)
    }
  }

  private func checked(_ outcome: PasswordChecker.Outcome, _ asked: Asked) {
    guard case .checking = state else { return }
    switch outcome {
    case .proven(let login):
      answer(asked, proven: login)
    case .wrong:
      respond(site.problems.challenge(asked.request), to: asked)
    case .refused(let refusal):
      let response = site.problems.answer(
        .tooManyRequests, refusal.message, after: refusal.seconds, to: asked.request)
      respond(response, to: asked)
    }
  }

  /// Nobody waits for a password any more that was not checked yet.
  private func withdrawClaim() {
    if let claimed = claimed.take() { site.authenticator.passwords.withdraw(claimed) }
  }

  private func upgrade(for purpose: ChannelGate.Purpose, accept: String) {
    var head = ResponseHead(.switchingProtocols)
    head.add("Upgrade", "websocket")
    head.add("Connection", "Upgrade")
    head.add("Sec-WebSocket-Accept", accept)
    head.add("Sec-WebSocket-Protocol", purpose.subprotocol)
    state = .finished
    switch purpose {
    case .terminal(let context):
      connection.tuneForTerminal()
      connection.upgrade(
        to: TerminalChannel.open(on: connection, context: context, opening: head.encoded))
    case .news(let visitor):
      connection.upgrade(
        to: NewsChannel.open(
          on: connection, desk: site.news, visitor: visitor, opening: head.encoded))
    }
    connection.askFlush()
  }

  // MARK: Responses

  private func respond(_ response: Response, keepsAlive: Bool, withBody: Bool = true) {
    var response = response
    let keepsAlive = keepsAlive && !site.isDraining
    // A 304 is about a body that it does not have: its length here would be that body's (RFC 9110, section 8.6).
    if response.head.status != .notModified {
      response.head.add("Content-Length", "\(response.body.count)")
    }
    if !keepsAlive { response.head.add("Connection", "close") }
    response.isLast = !keepsAlive
    head = response.head.encoded
    if !withBody || response.head.status == .notModified { response.body = [] }
    wait(Self.silence, in: .responding(response, sent: 0))
    connection.askFlush()
  }

  func fill(_ outbox: inout Outbox) -> Bool {
    if !head.isEmpty {
      outbox.append(head)
      head = []
    }
    guard case .responding(let response, let sent) = state else { return false }
    return sent < response.body.count
  }

  func lend(_ write: (RawSpan, RawSpan) -> Int) {
    guard case .responding(let response, let sent) = state else {
      _ = write(RawSpan(), RawSpan())
      return
    }
    let body = response.body.span.extracting(sent..<response.body.count)
    let written = write(body.bytes, RawSpan())
    guard written > 0 else { return }
    wait(Self.silence, in: .responding(response, sent: sent + written))
  }

  func flushed() {
    guard case .responding(let response, _) = state else { return }
    if response.isLast {
      state = .finished
      connection.finish()
    } else {
      wait(Self.keepAlive, in: .reading)
    }
  }

  // MARK: Time

  var nextDeadline: MonotonicInstant? {
    switch state {
    case .reading, .responding, .checking: connection.reactor.presence.fair(deadline)
    case .finished: nil
    }
  }

  func tick(now: MonotonicInstant) {
    if case .checking = state {
      withdrawClaim()
      return respond(
        site.problems.answer(.unavailable, "The server could not check that in time."),
        keepsAlive: false)
    }
    guard case .reading = state, !parser.isIdle else { return connection.close() }
    respond(
      site.problems.answer(.requestTimeout, "The request did not arrive in time."),
      keepsAlive: false)
  }

  func connectionClosed() {
    withdrawClaim()
    state = .finished
  }
}

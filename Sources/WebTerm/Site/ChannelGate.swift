// Which request becomes a terminal channel.

import EventLoop

/// Judges the WebSocket handshakes: who asks, from which page, and for what.
struct ChannelGate {
  /// Why there is no channel.
  struct Refused: Error {
    let status: ResponseHead.Status
    let message: String
    /// Where the page is, where that is the reason.
    var seen: SeenOrigin?
  }

  /// What a channel is for.
  enum Purpose {
    case terminal(ChannelContext)
    /// A directory hears what happens.
    case news(Visitor)

    var subprotocol: String {
      switch self {
      case .terminal: TerminalChannel.subprotocol
      case .news: NewsChannel.subprotocol
      }
    }
  }

  private let site: Site

  init(_ site: Site) {
    self.site = site
  }

  /// The handshake that a request asks for; nil where it asks for none.
  static func handshake(_ request: RequestHead) -> HandshakeFields? {
    let fields = HandshakeFields(
      upgrade: request.list("upgrade"), connection: request.list("connection"),
      version: request.value("sec-websocket-version"), key: request.value("sec-websocket-key"),
      subprotocols: request.list("sec-websocket-protocol"))
    let isWanted =
      Handshake.isWanted(by: fields) && request.method == "GET" && request.minorVersion == 1
    return isWanted ? fields : nil
  }

  /// Judges one.
  ///
  /// - Parameters:
  ///   - request: The request.
  ///   - caller: Who makes it.
  ///   - route: What its address stands for.
  ///   - fields: The handshake that it asks for.
  /// - Returns: What the channel is for, and the value of Sec-WebSocket-Accept.
  /// - Throws: ``Refused``.
  func admit(
    _ request: RequestHead, _ caller: Caller, _ route: Route, _ fields: HandshakeFields
  ) throws(Refused) -> (purpose: Purpose, accept: String) {
    // Where a login is asked for, those who have none learn nothing of what there is.
    if !site.authenticator.asks { _ = try destination(route) }
    let isOwn = site.origins.accepts(
      origin: request.value("origin"), authority: request.authority ?? "",
      isSecure: caller.isSecure)
    guard isOwn else {
      let seen = SeenOrigin(
        origin: request.value("origin"), host: request.authority ?? "", isSecure: caller.isSecure)
      throw Refused(status: .forbidden, message: seen.sentence, seen: seen)
    }
    guard let visitor = caller.visitor else {
      throw Refused(status: .forbidden, message: "The page's cookie is missing or unknown.")
    }
    let judgement = site.authenticator.judge(request, visitor, proxy: caller.proxy)
    guard judgement == .granted(visitor.login) else {
      site.noteForeignVouching(request, caller)
      throw Refused(status: .forbidden, message: "The page's login is not valid any more.")
    }
    let destination = try destination(route)
    let purpose: Purpose =
      destination.map { destination in
        .terminal(
          ChannelContext(
            registry: site.registry, parallel: site.parallel, visitor: visitor,
            address: caller.address, destination: destination,
            handshakePatience: site.configuration.timeouts.handshake))
      } ?? .news(visitor)
    return (purpose, try accept(fields, subprotocol: purpose.subprotocol))
  }

  /// Where a terminal's channel leads; nil where news are asked for.
  private func destination(_ route: Route) throws(Refused) -> Destination? {
    switch route {
    case .terminal(let destination): return destination
    case .devices: return nil
    case .problem(let status, let message), .noTerminal(let status, let message):
      throw Refused(status: status, message: message)
    case .directory, .workspace, .file, .health, .metrics:
      throw Refused(status: .notFound, message: "There is no terminal at this address.")
    }
  }

  private func accept(
    _ fields: HandshakeFields, subprotocol: String
  ) throws(Refused) -> String {
    do throws(Handshake.Problem) {
      return try Handshake.accept(fields, subprotocol: subprotocol)
    } catch .malformed(let reason) {
      throw Refused(status: .badRequest, message: reason)
    } catch .wrongVersion {
      throw Refused(status: .upgradeRequired, message: "A channel needs WebSocket version 13.")
    } catch {
      throw Refused(
        status: .upgradeRequired,
        message: "A channel needs the subprotocol \(subprotocol).")
    }
  }
}

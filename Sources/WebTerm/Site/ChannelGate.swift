// The gate of channels: which handshake opens one, and what is spoken on it then.

import EventLoop

/// Judges the WebSocket handshakes: who asks, from which page, and for what.
final class ChannelGate {
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
    /// An operator hears of all terminals.
    case operate(Holder)

    var subprotocol: String {
      switch self {
      case .terminal: TerminalChannel.subprotocol
      case .news: NewsChannel.subprotocol
      case .operate: OperateChannel.subprotocol
      }
    }
  }

  /// What operators' channels work with.
  struct Operating {
    let hub: OperateHub
    let operations: Operations
    let rights: Rights
  }

  /// A channel that a handshake has opened.
  struct Upgrade {
    let purpose: Purpose
    /// The value of Sec-WebSocket-Accept.
    let accept: String
  }

  private let site: Site
  private let origins: OriginGate
  private let logins: LoginGate
  private let registry: TerminalRegistry
  private let parallel: ParallelInput
  private let news: NewsHub
  private let watch: WatchGate
  private let operating: Operating

  /// - Parameters:
  ///   - site: Has the time for a hello.
  ///   - origins: Knows our own pages.
  ///   - logins: Says whether a page's login still stands.
  ///   - registry: Opens terminals.
  ///   - parallel: Is told what is typed.
  ///   - news: Tells directories.
  ///   - watch: Says who comes to a terminal by its ID.
  ///   - operating: Is for operators.
  init(
    _ site: Site, _ origins: OriginGate, _ logins: LoginGate, registry: TerminalRegistry,
    parallel: ParallelInput, news: NewsHub, watch: WatchGate, operating: Operating
  ) {
    self.site = site
    self.origins = origins
    self.logins = logins
    self.registry = registry
    self.parallel = parallel
    self.news = news
    self.watch = watch
    self.operating = operating
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
  /// - Returns: The channel.
  /// - Throws: ``Refused``.
  func admit(
    _ request: RequestHead, _ caller: Caller, _ route: Route, _ fields: HandshakeFields
  ) throws(Refused) -> Upgrade {
    // Where a login is asked for, those who have none learn nothing of what there is.
    if !logins.asks, !route.isForSome { _ = try destination(route) }
    if let seen = origins.stranger(request, caller) {
      throw Refused(status: .forbidden, message: seen.sentence, seen: seen)
    }
    guard let visitor = caller.visitor else {
      throw Refused(status: .forbidden, message: "The page's cookie is missing or unknown.")
    }
    guard isGuest(visitor, at: route) || logins.stands(visitor, request, caller) else {
      throw Refused(status: .forbidden, message: "The page's login is not valid any more.")
    }
    let purpose = try purpose(of: route, for: Holder(visitor: visitor, address: caller.address))
    return Upgrade(
      purpose: purpose, accept: try accept(fields, subprotocol: purpose.subprotocol))
  }

  /// Whether a visitor without a login may be let in by a link.
  private func isGuest(_ visitor: Visitor, at route: Route) -> Bool {
    guard case .watch = route else { return false }
    return visitor.login == nil && !watch.needsLogin
  }

  private func purpose(of route: Route, for holder: Holder) throws(Refused) -> Purpose {
    if case .operate = route, operating.rights.isOperator(holder.visitor.login) {
      return .operate(holder)
    }
    if case .watch(let id) = route {
      guard let (terminal, _) = watch.terminal(id, for: holder.visitor) else {
        throw Refused(status: .notFound, message: WatchGate.nothing)
      }
      return .terminal(context(terminal.destination, holder, watched: terminal.id))
    }
    guard let destination = try destination(route) else { return .news(holder.visitor) }
    return .terminal(context(destination, holder))
  }

  private func context(
    _ destination: Destination, _ holder: Holder, watched: TerminalID? = nil
  ) -> ChannelContext {
    ChannelContext(
      registry: registry, parallel: parallel, sharing: watch.sharing, visitor: holder.visitor,
      address: holder.address, destination: destination, watched: watched,
      handshakeTimeout: site.configuration.timeouts.handshake)
  }

  /// Speaks the channel on a connection from now on.
  func begin(_ upgrade: Upgrade, on connection: Connection) {
    var head = ResponseHead(.switchingProtocols)
    head.add("Upgrade", "websocket")
    head.add("Connection", "Upgrade")
    head.add("Sec-WebSocket-Accept", upgrade.accept)
    head.add("Sec-WebSocket-Protocol", upgrade.purpose.subprotocol)
    switch upgrade.purpose {
    case .terminal(let context):
      connection.tuneForTerminal()
      connection.upgrade(
        to: TerminalChannel.open(on: connection, context: context, opening: head.encoded))
    case .news(let visitor):
      connection.upgrade(
        to: NewsChannel.open(on: connection, hub: news, visitor: visitor, opening: head.encoded))
    case .operate(let holder):
      connection.upgrade(
        to: OperateChannel.open(
          on: connection, hub: operating.hub, operations: operating.operations, holder: holder,
          opening: head.encoded))
    }
    connection.askFlush()
  }

  /// Where a terminal's channel leads; nil where news are asked for.
  private func destination(_ route: Route) throws(Refused) -> Destination? {
    switch route {
    case .terminal(let destination): return destination
    case .devices: return nil
    case .problem(let status, let message), .noTerminal(let status, let message):
      throw Refused(status: status, message: message)
    case .operate: throw Refused(status: .notFound, message: Router.nothing)
    case .directory, .workspace, .watch, .file, .health, .metrics:
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

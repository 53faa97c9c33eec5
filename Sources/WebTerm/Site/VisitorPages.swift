// The pages that depend on who asks: the directory and a terminal's.

import EventLoop

/// Answers with the pages of one caller.
struct VisitorPages {
  private let site: Site
  private let caller: Caller
  private let login: Login?
  /// Who the cookie belongs to, where that is who has logged in.
  private let visitor: Visitor?

  init(_ site: Site, for caller: Caller, _ login: Login?) {
    self.site = site
    self.caller = caller
    self.login = login
    visitor = caller.visitor?.login == login ? caller.visitor : nil
  }

  /// Whose terminals they see: with a login it does not matter which browser it is.
  private var owner: Owner? { login.map { .login($0.name) } ?? visitor?.owner }

  /// Where one can go, and what is open already.
  func directory() -> Response {
    let targets = site.catalog.targets.all
    let devices = site.catalog.listing.json(
      targets.indices.filter { site.rights.admits(login, to: targets[$0]) })
    let terminals = owner.map(site.registry.terminals(of:)) ?? []
    let now = site.reactor.now
    var response = Response(
      .ok,
      html: site.pages.directory(
        devices, terminals: terminals.map { TerminalSummary($0, now: now) }, login: login?.name))
    // A login is worth a cookie: the password is not to be checked with every page.
    if login != nil { welcome(&response) }
    return response
  }

  /// The page of a terminal.
  func terminal(_ destination: Destination, _ request: RequestHead) -> Response {
    do throws(Refusal) {
      _ = try site.rights.opening(destination, by: login)
    } catch {
      // A live terminal goes on, with its page, where nobody may open another one.
      guard isLive(destination) else {
        return site.problems.answer(.forbidden, ChannelError(error).message, to: request)
      }
    }
    guard !site.isDraining else {
      return site.problems.answer(
        .unavailable, "The server is stopping.", after: 5, to: request)
    }
    var response = Response(
      .ok,
      html: site.pages.terminal(
        destination, idlePatience: site.configuration.timeouts.idle, login: login?.name))
    welcome(&response)
    return response
  }

  private func isLive(_ destination: Destination) -> Bool {
    guard let owner else { return false }
    return site.registry.terminals(of: owner).contains {
      $0.destination.isSamePlace(as: destination)
    }
  }

  /// Gives a cookie to whoever has none.
  private func welcome(_ response: inout Response) {
    guard visitor == nil else { return }
    let visitor = site.visitors.welcome(login, isSecure: caller.isSecure, now: site.reactor.now)
    let attributes = caller.cookie.attributes
    response.head.add("Set-Cookie", "\(caller.cookie.name)=\(visitor.secret.text)\(attributes)")
    // Among several processes, a proxy leads the browser back to the one that knows this cookie.
    guard site.configuration.isOneOfSeveral else { return }
    response.head.add("Set-Cookie", "webterm_route=\(site.configuration.instance)\(attributes)")
  }
}

// The pages that depend on who asks: the directory and a terminal's.

import EventLoop

/// Makes the pages of a visit.
final class VisitorPages {
  private static let mostInPage = 64

  private let site: Site
  private let registry: TerminalRegistry
  private let rights: Rights
  private let cookies: CookieIssuer
  private let chronicle: Chronicle
  private let reactor: Reactor

  /// - Parameters:
  ///   - site: Has the targets and the templates.
  ///   - registry: Has the live terminals.
  ///   - rights: Say what is open to whom.
  ///   - cookies: Are given to those who have none.
  ///   - chronicle: Hears of refusals.
  ///   - reactor: The loop.
  init(
    _ site: Site, registry: TerminalRegistry, rights: Rights, cookies: CookieIssuer,
    chronicle: Chronicle, reactor: Reactor
  ) {
    self.site = site
    self.registry = registry
    self.rights = rights
    self.cookies = cookies
    self.chronicle = chronicle
    self.reactor = reactor
  }

  /// Where one can go, and what is open already.
  func directory(_ visit: Visit, _ request: RequestHead) -> Response {
    let terminals = visit.owner.map(registry.terminals(of:)) ?? []
    let (view, catalog) = (view(of: visit), site.catalog)
    // A few devices are in the page itself: that saves a request. Many come compressed, and are
    // kept by the browser.
    let devices =
      catalog.audiences.count(view) <= Self.mostInPage
      ? catalog.listing.json(catalog.audiences.indices(view)) : nil
    // A login is worth a cookie: the password is not to be checked with every page. So are lines
    // whose state is told.
    let isWelcome = visit.login != nil || catalog.hasSharedLines
    var response = Response(
      .ok,
      html: site.pages.directory(
        devices, terminals: terminals.map { TerminalSummary($0, now: reactor.now) },
        login: visit.login?.name.text, isOperator: rights.isOperator(visit.login),
        hearsNews: isWelcome || visit.visitor != nil, for: request))
    if isWelcome { cookies.welcome(visit, in: &response) }
    return response
  }

  /// Which of the catalog's targets can be reached.
  func view(of visit: Visit) -> Audiences.View {
    site.catalog.audiences.view(of: rights.invitations(of: visit.login))
  }

  /// The snippets that are for something that can be reached: others' are no business of theirs.
  private func snippets(for visit: Visit) -> [JSONText] {
    let (all, targets) = (site.configuration.snippets, site.catalog.targets.all)
    // Where none is for a group, it does not matter what is open.
    guard all.contains(where: { !$0.groups.isEmpty }) else { return all.map(\.json) }
    let open = site.catalog.audiences.indices(view(of: visit))
    guard open.count < targets.count else { return all.map(\.json) }
    let groups = OpenGroups(open.lazy.map { Array((targets[$0].group ?? "").utf8) })
    return all.compactMap { $0.json(for: groups) }
  }

  /// The page of many terminals.
  func workspace(_ visit: Visit, _ request: RequestHead) -> Response {
    let targets = site.catalog.targets
    let layouts = site.configuration.layouts.compactMap { layout in
      layout.json { [rights] address in
        guard let destination = targets.destination(at: address) else { return false }
        return (try? rights.opening(destination, by: visit.login)) != nil
      }
    }
    var response = Response(
      .ok,
      html: site.pages.workspace(
        layouts, snippets: snippets(for: visit), login: visit.login?.name.text, for: request))
    cookies.welcome(visit, in: &response)
    return response
  }

  /// The page of a terminal; what it says of the terminal alone where only data is asked for.
  func terminal(
    _ destination: Destination, _ request: RequestHead, _ visit: Visit
  ) -> Response {
    do throws(Refusal) {
      _ = try rights.opening(destination, by: visit.login)
    } catch {
      // A live terminal goes on, with its page, where another one may not be opened.
      guard isLive(destination, for: visit) else {
        chronicle.tell(
          error, to: destination, by: visit.visitor, visit.login, from: visit.caller.address)
        return site.problems.answer(.forbidden, ChannelError(error).message, to: request)
      }
    }
    guard !registry.isDraining else {
      return site.problems.answer(
        .unavailable, "The server is stopping.", after: 5, to: request)
    }
    let data = site.pages.data(
      of: shown(destination, to: visit), site.configuration, login: visit.login?.name.text,
      as: standing(of: visit.login, at: destination))
    var response =
      request.list("accept").first == "application/json"
      ? Response(.ok, contentType: "application/json", body: data.bytes)
      : Response(.ok, html: site.pages.terminal(destination, data, for: request))
    cookies.welcome(visit, in: &response)
    return response
  }

  /// By what right a visitor is at a terminal that is opened there.
  private func standing(of login: Login?, at destination: Destination) -> Standing {
    guard destination.isShared else { return .owner }
    if rights.isOperator(login) { return .operator }
    return rights.role(of: login, at: destination) == .type ? .visitor : .watcher
  }

  /// The list of all terminals. Who is no operator is told that there is nothing.
  func operate(_ request: RequestHead, _ visit: Visit) -> Response {
    guard let login = visit.login, rights.isOperator(login) else {
      return site.problems.answer(.notFound, Router.nothing, to: request)
    }
    var response = Response(.ok, html: site.pages.operate(login: login.name.text, for: request))
    cookies.welcome(visit, in: &response)
    return response
  }

  /// A destination with what belongs beside it as far as that is open to the visitor.
  private func shown(_ destination: Destination, to visit: Visit) -> Destination {
    guard !destination.target.related.isEmpty else { return destination }
    var target = destination.target
    target.related.removeAll { related in
      guard let place = site.catalog.targets.destination(at: related.address) else { return true }
      return (try? rights.opening(place, by: visit.login)) == nil
    }
    return Destination(
      target: target, method: destination.method, user: destination.user, port: destination.port)
  }

  private func isLive(_ destination: Destination, for visit: Visit) -> Bool {
    guard let owner = visit.owner else { return false }
    return registry.terminals(of: owner).contains { $0.destination.hasSameAddress(as: destination) }
  }
}

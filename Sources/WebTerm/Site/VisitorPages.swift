// The pages that depend on who asks: the directory and a terminal's.

import EventLoop

/// Answers with the pages of one caller.
struct VisitorPages {
  private static let mostInPage = 64

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
    let terminals = owner.map(site.registry.terminals(of:)) ?? []
    let (now, catalog) = (site.reactor.now, site.catalog)
    // A few devices are in the page itself: that saves a request. Many come compressed, and are kept by the browser.
    let devices =
      catalog.audiences.count(view) <= Self.mostInPage
      ? catalog.listing.json(catalog.audiences.places(view)) : nil
    var response = Response(
      .ok,
      html: site.pages.directory(
        devices, terminals: terminals.map { TerminalSummary($0, now: now) },
        login: login?.name.text,
        hearsNews: login != nil || visitor != nil))
    // A login is worth a cookie: the password is not to be checked with every page.
    if login != nil { welcome(&response) }
    return response
  }

  /// Which of the catalog's targets can be reached.
  var view: Audiences.View {
    site.catalog.audiences.view(of: site.rights.invitations(of: login))
  }

  /// The snippets that are for something that can be reached: others' are no business of theirs.
  private var snippets: [JSONText] {
    let (all, targets) = (site.configuration.snippets, site.catalog.targets.all)
    // Where none is for a group, nobody need be asked what is open.
    guard all.contains(where: { !$0.groups.isEmpty }) else { return all.map(\.json) }
    let places = site.catalog.audiences.places(view)
    guard places.count < targets.count else { return all.map(\.json) }
    let groups = OpenGroups(places.lazy.map { Array((targets[$0].group ?? "").utf8) })
    return all.compactMap { $0.json(for: groups) }
  }

  /// The page of many terminals.
  func workspace() -> Response {
    let (targets, rights) = (site.catalog.targets, site.rights)
    let layouts = site.configuration.layouts.compactMap { layout in
      layout.json { place in
        guard let destination = place.destination(in: targets) else { return false }
        return (try? rights.opening(destination, by: login)) != nil
      }
    }
    var response = Response(
      .ok,
      html: site.pages.workspace(
        layouts, snippets: snippets, login: login?.name.text))
    welcome(&response)
    return response
  }

  /// The page of a terminal; what it says of the terminal alone where only data is asked for.
  func terminal(_ destination: Destination, _ request: RequestHead) -> Response {
    do throws(Refusal) {
      _ = try site.rights.opening(destination, by: login)
    } catch {
      // A live terminal goes on, with its page, where nobody may open another one.
      guard isLive(destination) else {
        site.chronicle.tell(error, to: destination, by: visitor, login, from: caller.address)
        return site.problems.answer(.forbidden, ChannelError(error).message, to: request)
      }
    }
    guard !site.isDraining else {
      return site.problems.answer(
        .unavailable, "The server is stopping.", after: 5, to: request)
    }
    let data = site.pages.data(
      of: destination, idlePatience: site.configuration.timeouts.idle,
      color: site.configuration.colors.color(of: destination.target), login: login?.name.text)
    var response =
      request.list("accept").first == "application/json"
      ? Response(.ok, contentType: "application/json", body: data.bytes)
      : Response(.ok, html: site.pages.terminal(destination, data))
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
    if case .proxy? = login?.proof {
      site.chronicle.note(
        .info, "logged in",
        [("peer", caller.name), ("visitor", "\(visitor.number)")]
          + (login.map { [("login", $0.name.text)] } ?? []), from: caller.address,
        isProven: true, audited: "login")
    }
    let attributes = caller.cookie.attributes
    response.head.add("Set-Cookie", "\(caller.cookie.name)=\(visitor.secret.text)\(attributes)")
    // Among several processes, a proxy leads the browser back to the one that knows this cookie.
    guard site.configuration.isOneOfSeveral else { return }
    response.head.add("Set-Cookie", "webterm_route=\(site.configuration.instance)\(attributes)")
  }
}

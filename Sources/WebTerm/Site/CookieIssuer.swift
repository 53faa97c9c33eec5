// How a browser becomes a visitor: by a cookie.

import EventLoop

/// Gives cookies to visits that have none.
final class CookieIssuer {
  private let site: Site
  private let visitors: VisitorRegistry
  private let chronicle: Chronicle
  private let reactor: Reactor

  init(_ site: Site, _ visitors: VisitorRegistry, _ chronicle: Chronicle, reactor: Reactor) {
    self.site = site
    self.visitors = visitors
    self.chronicle = chronicle
    self.reactor = reactor
  }

  /// Makes a visitor of a caller that is none yet, and tells its browser.
  func welcome(_ visit: Visit, in response: inout Response) {
    if visit.visitor == nil { remember(candidate(visit), of: visit, in: &response) }
  }

  /// A visitor for a caller that is none yet: its browser is not told, and it is forgotten, unless
  /// it is remembered.
  func candidate(_ visit: Visit) -> Visitor {
    visitors.candidate(visit.login, isSecure: visit.caller.isSecure, now: reactor.now)
  }

  /// Remembers a visitor that was made for a caller, and tells its browser.
  func remember(_ visitor: Visitor, of visit: Visit, in response: inout Response) {
    let (caller, login) = (visit.caller, visit.login)
    visitors.remember(visitor, now: reactor.now)
    if case .proxy? = login?.proof {
      chronicle.note(
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

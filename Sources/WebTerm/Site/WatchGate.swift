// The gate of /watch: who comes to a terminal by its ID, and how a browser uses a link.

import EventLoop

/// Answers for terminals that are asked for by their IDs. Where there is no right, nothing is told:
/// not even whether there is such a terminal.
final class WatchGate {
  /// What is said of a terminal that is not there, and of one that is not theirs.
  static let nothing = "There is no such terminal."
  /// How long an address with too many wrong tokens waits at the least, in seconds.
  private static let wait = 60 / WrongTokens.perMinute

  private let site: Site
  let sharing: SharingPolicy
  private let registry: TerminalRegistry
  private let cookies: CookieIssuer
  private let chronicle: Chronicle
  private let reactor: Reactor

  /// - Parameters:
  ///   - site: Has the page's templates.
  ///   - sharing: Says who may come.
  ///   - registry: Has the terminals.
  ///   - cookies: Are given to browsers that have used a link.
  ///   - chronicle: Hears of links that are used and refused.
  ///   - reactor: The loop.
  init(
    _ site: Site, _ sharing: SharingPolicy, registry: TerminalRegistry, cookies: CookieIssuer,
    _ chronicle: Chronicle, reactor: Reactor
  ) {
    self.site = site
    self.sharing = sharing
    self.registry = registry
    self.cookies = cookies
    self.chronicle = chronicle
    self.reactor = reactor
  }

  /// Whether links are for those who have logged in, so that others are asked to.
  var needsLogin: Bool { sharing.settings == .logins }

  /// The terminal of that ID, and by what right a visitor may come to it; nil where by none.
  func terminal(_ id: String, for visitor: Visitor) -> (Terminal, SharingPolicy.Right)? {
    guard let terminal = registry.find(id),
      let right = sharing.right(of: visitor, to: terminal)
    else { return nil }
    return (terminal, right)
  }

  /// The page: a terminal's, or one that sends a token if the address has one. What it says of the
  /// terminal alone where only data is asked for.
  func page(_ id: String, _ request: RequestHead, _ visit: Visit) -> Response {
    // Where there is nothing to be seen, there is nothing to be remembered.
    let visitor = visit.visitor ?? cookies.candidate(visit)
    guard let (terminal, right) = terminal(id, for: visitor) else {
      return site.problems.noSuchTerminal(request)
    }
    guard !registry.isDraining else {
      return site.problems.answer(
        .unavailable, "The server is stopping.", after: 5, to: request)
    }
    let isGuest = right.link != nil && visit.login == nil
    let data = site.pages.data(
      of: terminal.destination, site.configuration, login: visit.login?.name.text,
      as: right.standing, watched: Pages.Watched(terminal: "\(terminal.id)", isGuest: isGuest))
    var response =
      request.list("accept").first == "application/json"
      ? Response(.ok, contentType: "application/json", body: data.bytes)
      : Response(.ok, html: site.pages.terminal(terminal.destination, data, for: request))
    if visit.visitor == nil { cookies.remember(visitor, of: visit, in: &response) }
    return response
  }

  /// A token was posted.
  func open(_ id: String, _ request: RequestHead, _ visit: Visit) -> Response {
    let type = request.value("content-type")?.split(separator: ";").first.map(String.init)
    guard type?.trimmingBlanks().asciiLowercased == "text/plain" else {
      return site.problems.answer(
        .unsupportedMediaType, "A token is posted as text/plain.", to: request)
    }
    let terminal = registry.find(id)
    // A browser that opens nothing is not remembered.
    let visitor = visit.visitor ?? cookies.candidate(visit)
    let opening = sharing.open(
      request.body, of: terminal?.place, by: visitor, from: visit.caller.address,
      now: reactor.now, unixTime: UnixTime.now)
    switch opening {
    case .tooMany:
      tell("link refused", id, visit, terminal, [("why", "too many wrong ones")], .notice)
      return site.problems.answer(
        .tooManyRequests, "Too many wrong links came from your address.", after: Self.wait,
        to: request)
    case .wrong(let why):
      tell("link refused", id, visit, terminal, [("why", why)], .notice)
      return site.problems.answer(
        .forbidden, "This link does not open anything, or not any more.", to: request)
    case .opened(let link):
      let fields = [
        ("visitor", "\(visitor.number)"), ("link", "\(link.number)"), ("label", link.label),
        ("role", link.role.rawValue), ("maker", link.maker.who),
      ]
      tell("link used", id, visit, terminal, fields, .info)
      var response = Response(.noContent, text: "")
      if visit.visitor == nil { cookies.remember(visitor, of: visit, in: &response) }
      return response
    }
  }

  private func tell(
    _ event: String, _ id: String, _ visit: Visit, _ terminal: Terminal?, _ fields: [Log.Field],
    _ level: LogSettings.Level
  ) {
    chronicle.note(
      level, event,
      [("terminal", id), ("peer", visit.caller.name)]
        + (visit.login.map { [("login", $0.name.text)] } ?? [])
        + (terminal?.destination.fields ?? []) + fields,
      from: visit.caller.address, isProven: level == .info, audited: event)
  }
}

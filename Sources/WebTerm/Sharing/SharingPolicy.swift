// Who may come to whose terminal, by what right, and who may invite others to it.

import EventLoop

/// What the policy needs to know of a terminal.
struct SharedPlace {
  let id: TerminalID
  /// Whose it is; nil for a console's.
  let owner: Owner?
  let destination: Destination
}

/// The rules by which terminals are shown to others than their owners: operators, consoles, links.
///
/// Every question is answered from what holds now; nothing that was granted once is remembered but
/// which browser has opened which link. So a right that goes is gone with the next question, and
/// those who are there are asked about every few seconds.
final class SharingPolicy {
  /// Whom links open for.
  var settings: SharingSettings
  /// Whether visitors are asked who they are: one without a login is a guest then, and comes by a
  /// link only.
  var asksForLogin = false
  /// Told of links that are made, and of those that have ended and not with their terminal.
  var report: ((_ event: Event, _ link: SharedLink) -> Void)?
  private let rights: Rights
  private var links = SharedLinks()
  private var wrong = WrongTokens()

  init(_ settings: SharingSettings, rights: Rights) {
    self.settings = settings
    self.rights = rights
  }

  /// What happens to a link.
  enum Event: Equatable {
    case made
    /// It was called back, by that visitor.
    case calledBack(by: String)
    case expired
    /// Its maker may not share the terminal any more.
    case makerLostRight
  }

  // MARK: Rights

  /// By what right a visitor comes.
  struct Right: Equatable {
    let standing: Standing
    /// The link that gives it, where nothing else gives as much.
    var link: SharedLink?
  }

  /// By what right a visitor may come to a terminal.
  ///
  /// - Parameters:
  ///   - visitor: Who asks.
  ///   - place: The terminal.
  ///   - now: The time, in Unix seconds.
  /// - Returns: Nil where by none.
  func right(of visitor: Visitor, to place: SharedPlace, now: Int) -> Right? {
    let own = standing(of: visitor.owner, visitor.login, at: place)
    if let own, own >= .visitor { return Right(standing: own) }
    guard let link = links.link(of: visitor.secret, to: place.id, now: now),
      let given = standing(by: link, visitor.login, at: place),
      given > own ?? .watcher || own == nil
    else { return own.map { Right(standing: $0) } }
    return Right(standing: given, link: link)
  }

  /// What a login may do without a link.
  private func standing(of owner: Owner, _ login: Login?, at place: SharedPlace) -> Standing? {
    if login == nil, asksForLogin { return nil }
    let role = rights.role(of: login, at: place.destination)
    if place.owner == owner, role == .type { return .owner }
    if rights.isOperator(login) { return .operator }
    guard place.owner == nil, let role else { return nil }
    return role == .type ? .visitor : .watcher
  }

  /// What a link gives: the lesser of its role and of what the target allows to who has logged in.
  /// Nothing without its maker's right.
  private func standing(by link: SharedLink, _ login: Login?, at place: SharedPlace) -> Standing? {
    guard opens(for: login), mayShare(link.maker.owner, link.maker.login, place) else { return nil }
    guard login != nil else { return link.role == .type ? .guest : .watcher }
    guard let role = rights.role(of: login, at: place.destination) else { return nil }
    return min(role, link.role) == .type ? .guest : .watcher
  }

  /// Whether links open for a login at all.
  private func opens(for login: Login?) -> Bool {
    switch settings {
    case .off: false
    case .logins: login != nil
    case .guests: true
    }
  }

  /// Whether a login may make links: one that types there by its own right.
  private func mayShare(_ owner: Owner, _ login: Login?, _ place: SharedPlace) -> Bool {
    standing(of: owner, login, at: place)?.mayShare == true
  }

  // MARK: SharedLinks

  /// Why a link is not made.
  enum Refusal: Error, Equatable {
    case notAllowed
    case tooMany

    /// For the visitor that wanted it.
    var message: String {
      switch self {
      case .notAllowed: "You may not share this terminal."
      case .tooMany:
        "This terminal has \(SharedLinks.mostOfTerminal) links already. Call one back first."
      }
    }
  }

  /// Makes a link.
  ///
  /// - Parameters:
  ///   - request: What it is to be.
  ///   - place: Where it leads.
  ///   - visitor: Who makes it.
  ///   - now: The time, in Unix seconds.
  /// - Returns: The link, and its token, which is kept nowhere.
  /// - Throws: ``Refusal``.
  func share(
    _ request: SharedLinkRequest, to place: SharedPlace, by visitor: Visitor, now: Int
  ) throws(Refusal) -> (link: SharedLink, token: String) {
    guard settings != .off, mayShare(visitor.owner, visitor.login, place) else { throw .notAllowed }
    let maker = SharedLink.Maker(owner: visitor.owner, login: visitor.login, who: visitor.who)
    guard let made = links.make(request, to: place.id, by: maker, now: now) else { throw .tooMany }
    report?(.made, made.link)
    return made
  }

  /// The links that a visitor may see: its own, or all.
  func list(of place: SharedPlace, for visitor: Visitor, now: Int) -> [SharedLink] {
    guard let standing = standing(of: visitor.owner, visitor.login, at: place), standing.mayShare
    else { return [] }
    return links.list(
      of: place.id, by: standing.seesAllLinks ? nil : visitor.owner, now: now)
  }

  /// Calls a link back.
  ///
  /// - Returns: The link that it was; nil where there is none that this visitor may call back.
  func unshare(_ number: Int, of place: SharedPlace, by visitor: Visitor) -> SharedLink? {
    guard let standing = standing(of: visitor.owner, visitor.login, at: place), standing.mayShare
    else { return nil }
    let link = links.end(number, of: place.id, by: standing.seesAllLinks ? nil : visitor.owner)
    if let link { report?(.calledBack(by: visitor.who), link) }
    return link
  }

  /// Whether a browser has used a link that has not ended.
  func isInvited(_ browser: RandomID) -> Bool { links.isUsed(by: browser) }

  /// A terminal is over.
  func terminalIsOver(_ terminal: TerminalID) {
    links.terminalIsOver(terminal)
  }

  /// Ends a terminal's links whose time is over, and those whose makers have lost their right.
  ///
  /// - Parameters:
  ///   - place: The terminal.
  ///   - now: The time, in Unix seconds.
  ///   - holds: Whether what a login was proved by still counts.
  func review(_ place: SharedPlace, now: Int, holds: (Login?) -> Bool) {
    let ended = links.review(place.id, now: now) { link in
      holds(link.maker.login) && mayShare(link.maker.owner, link.maker.login, place)
    }
    for link in ended { report?(link.expires <= now ? .expired : .makerLostRight, link) }
  }

  // MARK: Tokens

  /// What comes of a token.
  enum Opening: Equatable {
    /// From now on this browser may come.
    case opened(SharedLink)
    /// Why not, for the audit log. The browser is not told.
    case wrong(String)
    /// Too many wrong ones came from there.
    case tooMany
  }

  /// A browser has come with a token.
  ///
  /// - Parameters:
  ///   - token: What was sent, whatever that is.
  ///   - place: The terminal; nil where there is none of the ID that was asked for.
  ///   - visitor: Whose browser it is.
  ///   - address: Where from.
  ///   - now: The time.
  ///   - unixTime: The same in Unix seconds.
  /// - Returns: What comes of it.
  func open(
    _ token: [UInt8], of place: SharedPlace?, by visitor: Visitor, from address: AddressKey,
    now: MonotonicInstant, unixTime: Int
  ) -> Opening {
    guard !wrong.refuses(address, now: now) else { return .tooMany }
    let reason = open(token, place, visitor, unixTime)
    if case .wrong = reason { wrong.failed(address, now: now) }
    return reason
  }

  private func open(
    _ token: [UInt8], _ place: SharedPlace?, _ visitor: Visitor, _ now: Int
  ) -> Opening {
    guard opens(for: visitor.login) else { return .wrong("links are not opened") }
    guard let place else { return .wrong("there is no such terminal") }
    // What a link gives is looked at before one of its uses is taken.
    if visitor.login != nil, rights.role(of: visitor.login, at: place.destination) == nil {
      return .wrong("the login may not come to that target")
    }
    do throws(SharedLinks.Problem) {
      let link = try links.open(token, of: place.id, by: visitor.secret, now: now)
      guard mayShare(link.maker.owner, link.maker.login, place) else {
        return .wrong("its maker may not share the terminal any more")
      }
      return .opened(link)
    } catch {
      switch error {
      case .unknown: return .wrong("no link of this terminal has that token")
      case .expired: return .wrong("the link has expired")
      case .usedUp: return .wrong("the link is used up")
      }
    }
  }
}

extension Visitor {
  /// For people.
  var who: String { login?.name.text ?? "visitor \(number)" }
}

extension SharedLink {
  /// What a list of links says of it.
  func json(for owner: Owner) -> JSONText {
    .object([
      ("link", .string("\(number)")), ("role", .string(role.rawValue)), ("label", .string(label)),
      ("uses", .number(uses)), ("used", .number(browsers.count)), ("expires", .number(expires)),
      ("by", .string(maker.who)), ("own", .boolean(maker.owner == owner)),
    ])
  }
  /// What log and audit log have of it.
  var fields: [(name: String, value: String)] {
    [
      ("terminal", "\(terminal)"), ("link", "\(number)"), ("label", label),
      ("role", role.rawValue), ("maker", maker.who),
    ]
  }
}

// Who was invited to a terminal: the links of all terminals, without their tokens.

/// A link as it was asked for.
struct SharedLinkRequest: Equatable {
  /// Seconds that a link may live: a minute to a week.
  static let seconds = 60...604_800
  /// Browsers that may open a link; 0 is any number.
  static let uses = 0...1000
  /// The most characters of a label.
  static let longestLabel = 100

  let role: Role
  let seconds: Int
  let label: String
  let uses: Int

  /// Nil where something of it is out of range.
  ///
  /// - Parameters:
  ///   - role: What it gives.
  ///   - seconds: How long it holds.
  ///   - label: Whom it is for, in the maker's words.
  ///   - uses: For how many browsers; nil is one to type, and any number to watch.
  init?(role: Role, seconds: Int, label: String, uses: Int?) {
    guard Self.seconds.contains(seconds), label.unicodeScalars.count <= Self.longestLabel,
      label.unicodeScalars.allSatisfy(VisibleText.isVisible),
      uses.map(Self.uses.contains) ?? true
    else { return nil }
    self.role = role
    self.seconds = seconds
    self.label = label
    self.uses = uses ?? (role == .type ? 1 : 0)
  }
}

/// A link to one terminal.
struct SharedLink: Equatable {
  /// Who has made it.
  struct Maker: Equatable {
    let owner: Owner
    /// As whom; nil without a login.
    let login: Login?
    /// For people.
    let who: String
  }

  /// Its number in its terminal, from 1, never given twice.
  let number: Int
  let terminal: TerminalID
  let role: Role
  let label: String
  /// For how many browsers; 0 is any number.
  let uses: Int
  /// How long it lives, in seconds.
  let seconds: Int
  /// When it ends, in Unix seconds.
  let expires: Int
  let maker: Maker
  fileprivate let hash: [UInt8]
  /// The browsers that have opened it, in the order of their coming.
  fileprivate(set) var browsers: [RandomID] = []
  /// The same: asked at every viewer of every terminal, again and again.
  fileprivate var known: Set<RandomID> = []

  /// Whether no other browser may open it.
  var isUsedUp: Bool { uses > 0 && browsers.count >= uses }
}

/// The links of all terminals.
///
/// A token is known here by its SHA-256 only. Nothing here has a clock: times are Unix seconds,
/// since that is what a link's end is told in.
struct SharedLinks {
  /// Links of one terminal.
  static let mostOfTerminal = 32
  /// Browsers remembered of a link for any number of them; the one that came first goes then, and
  /// needs its token again.
  static let mostBrowsers = 256
  /// Random bytes of a token.
  private static let tokenSize = 16

  /// Why a token opens nothing.
  enum Problem: Error, Equatable {
    /// There is no link of that token at that terminal, or not any more.
    case unknown
    case expired
    case usedUp
  }

  private struct Shelf {
    var links: [SharedLink] = []
    var last = 0
  }

  private var shelves: [TerminalID: Shelf] = [:]
  /// How many links that have not ended each browser has used.
  private var used: [RandomID: Int] = [:]

  /// Whether a browser has used a link that has not ended.
  func isUsed(by browser: RandomID) -> Bool { used[browser] != nil }

  /// How many links there are.
  var count: Int { shelves.values.reduce(0) { $0 + $1.links.count } }

  /// Makes a link.
  ///
  /// - Parameters:
  ///   - request: What it is to be.
  ///   - terminal: Which one it leads to.
  ///   - maker: Who makes it, whose right was looked at.
  ///   - now: The time, in Unix seconds.
  /// - Returns: The link, and the token, which is not kept; nil where the terminal has too many
  ///   links.
  mutating func make(
    _ request: SharedLinkRequest, to terminal: TerminalID, by maker: SharedLink.Maker, now: Int
  ) -> (link: SharedLink, token: String)? {
    var shelf = shelves[terminal] ?? Shelf()
    guard shelf.links.count(where: { $0.expires > now }) < Self.mostOfTerminal else { return nil }
    var generator = SystemRandomNumberGenerator()
    let token = Base64.encodeForURL(
      (0..<Self.tokenSize).map { _ in UInt8.random(in: 0...255, using: &generator) })
    shelf.last += 1
    let link = SharedLink(
      number: shelf.last, terminal: terminal, role: request.role, label: request.label,
      uses: request.uses, seconds: request.seconds, expires: now + request.seconds, maker: maker,
      hash: SHA256.hash(Array(token.utf8)))
    shelf.links.append(link)
    shelves[terminal] = shelf
    return (link, token)
  }

  /// A browser has come with a token.
  ///
  /// - Parameters:
  ///   - token: What it says, whatever that is.
  ///   - terminal: Which terminal's it should be.
  ///   - browser: Whose cookie it has.
  ///   - now: The time, in Unix seconds.
  /// - Returns: The link, which this browser may use from now on.
  /// - Throws: ``Problem``.
  mutating func open(
    _ token: some Collection<UInt8>, of terminal: TerminalID, by browser: RandomID, now: Int
  ) throws(Problem) -> SharedLink {
    let hash = SHA256.hash(Array(token))
    var found: Int?
    // All are compared, and each to its end: time says nothing of how much was right.
    for (place, link) in (shelves[terminal]?.links ?? []).enumerated()
    where Self.areEqual(link.hash, hash) {
      found = place
    }
    guard let found, var link = shelves[terminal]?.links[found] else { throw .unknown }
    guard link.expires > now else { throw .expired }
    guard !link.known.contains(browser) else { return link }
    guard !link.isUsedUp else { throw .usedUp }
    if link.uses == 0, link.browsers.count >= Self.mostBrowsers {
      let first = link.browsers.removeFirst()
      link.known.remove(first)
      forget(first)
    }
    link.browsers.append(browser)
    link.known.insert(browser)
    used[browser, default: 0] += 1
    shelves[terminal]?.links[found] = link
    return link
  }

  private mutating func forget(_ browser: RandomID) {
    guard let count = used[browser] else { return }
    used[browser] = count > 1 ? count - 1 : nil
  }

  private static func areEqual(_ a: [UInt8], _ b: [UInt8]) -> Bool {
    var difference: UInt8 = 0
    for (one, other) in zip(a, b) { difference |= one ^ other }
    return difference == 0 && a.count == b.count
  }

  /// The link by which a browser may come to a terminal: the best of those that it has opened.
  func link(of browser: RandomID, to terminal: TerminalID, now: Int) -> SharedLink? {
    (shelves[terminal]?.links ?? []).filter {
      $0.expires > now && $0.known.contains(browser)
    }.max { $0.role < $1.role }
  }

  /// The links of a terminal, in the order in which they were made.
  ///
  /// - Parameters:
  ///   - terminal: Which one's.
  ///   - maker: Who has made them; nil is anybody.
  ///   - now: The time, in Unix seconds.
  /// - Returns: Those that have not ended.
  func list(of terminal: TerminalID, by maker: Owner?, now: Int) -> [SharedLink] {
    (shelves[terminal]?.links ?? []).filter {
      $0.expires > now && (maker == nil || $0.maker.owner == maker)
    }
  }

  /// Calls a link back.
  ///
  /// - Parameters:
  ///   - number: The link's.
  ///   - terminal: Where it leads.
  ///   - maker: Who must have made it; nil is anybody.
  /// - Returns: The link that it was; nil where there is none, or it is another owner's.
  mutating func end(_ number: Int, of terminal: TerminalID, by maker: Owner?) -> SharedLink? {
    guard
      let place = shelves[terminal]?.links.firstIndex(where: {
        $0.number == number && (maker == nil || $0.maker.owner == maker)
      })
    else { return nil }
    let link = shelves[terminal]?.links.remove(at: place)
    link?.browsers.forEach { forget($0) }
    return link
  }

  /// A terminal is over: its links lead nowhere.
  mutating func terminalIsOver(_ terminal: TerminalID) {
    for link in shelves[terminal]?.links ?? [] { link.browsers.forEach { forget($0) } }
    shelves[terminal] = nil
  }

  /// Ends what is not to be there any more.
  ///
  /// - Parameters:
  ///   - terminal: Whose links are looked at.
  ///   - now: The time, in Unix seconds.
  ///   - holds: Whether what its maker made it by still counts.
  /// - Returns: Those that have ended, those whose time is over among them.
  mutating func review(
    _ terminal: TerminalID, now: Int, _ holds: (SharedLink) -> Bool
  ) -> [SharedLink] {
    guard var shelf = shelves[terminal] else { return [] }
    let ended = shelf.links.filter { $0.expires <= now || !holds($0) }
    guard !ended.isEmpty else { return [] }
    shelf.links.removeAll { link in ended.contains { $0.number == link.number } }
    shelves[terminal] = shelf
    for link in ended { link.browsers.forEach { forget($0) } }
    return ended
  }
}

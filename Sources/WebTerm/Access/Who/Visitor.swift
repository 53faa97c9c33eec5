// Who is there: a browser, by its cookie.

import EventLoop

/// A browser that was given a cookie.
final class Visitor {
  /// What the cookie says. It is a secret between the browser and us: never in a log or a page.
  let secret: RandomID
  /// What a log calls it.
  let number: Int
  /// As whom it has logged in, where that is asked for.
  let login: Login?
  /// Whether the cookie was given over https. One that was not may have been seen, or planted, on
  /// the way.
  let isSecure: Bool
  fileprivate(set) var lastSeen: MonotonicInstant
  /// Its live terminals.
  var terminals = 0

  fileprivate init(number: Int, login: Login?, isSecure: Bool, now: MonotonicInstant) {
    secret = RandomID()
    self.number = number
    self.login = login
    self.isSecure = isSecure
    lastSeen = now
  }
}

/// Who terminals belong to: a login, whatever browser it comes from; without one, the browser; or a
/// line, to which all come who may.
enum Owner: Hashable {
  case login(AccountName)
  case browser(RandomID)
  case console(target: String, method: Method, port: UInt16)
}

extension Destination {
  /// Whose a terminal to a shared line is; nil where each visitor has one of their own.
  var console: Owner? {
    isShared ? .console(target: target.name, method: method, port: port) : nil
  }
}

extension Visitor {
  /// Stands for the server where that opens a terminal.
  static func server(now: MonotonicInstant) -> Visitor {
    Visitor(number: 0, login: nil, isSecure: false, now: now)
  }

  var owner: Owner { login.map { .login($0.name) } ?? .browser(secret) }
}

/// A visitor at a terminal, and the address it comes from.
struct Holder {
  let visitor: Visitor
  let address: AddressKey
}

/// How the visitors' cookie is called and given out.
struct VisitorCookie {
  /// The path below which it is sent.
  let basePath: String
  let isSecure: Bool

  /// `__Host-` says to the browser that only this host may set it, and only over https (RFC
  /// 6265bis, section 4.1.3.2). The prefix is for a host's whole tree; below another path the name
  /// is without it.
  var name: String { isSecure && basePath == "/" ? "__Host-webterm" : "webterm" }

  /// What every cookie of ours is given with.
  var attributes: String {
    "; Path=\(basePath); HttpOnly; SameSite=Strict" + (isSecure ? "; Secure" : "")
  }
}

/// All visitors of this process. A cookie that is not found here is not a visitor's.
final class VisitorRegistry {
  /// How long a visitor without terminals is remembered.
  private static let memory: Duration = .seconds(24 * 3600)
  /// How many of the longest unseen are looked at for each newcomer.
  private static let perNewcomer = 8

  /// The most that are remembered: a crawler that drops its cookies cannot fill our memory.
  private let most: Int
  private var visitors: [RandomID: Visitor] = [:]
  private var order = RecencyList<RandomID>()
  private var created = 0
  /// Whether a browser is remembered however long it was not seen, though it has no terminals.
  var isInvited: (RandomID) -> Bool = { _ in false }

  /// - Parameter most: How many are remembered, beside those with terminals.
  init(most: Int = 100_000) {
    self.most = most
  }

  /// How many are remembered.
  var count: Int { visitors.count }

  /// The visitor of a request's cookies.
  ///
  /// - Parameters:
  ///   - cookies: The values of all that have our name.
  ///   - isSecure: Whether they came over https.
  ///   - now: The time.
  /// - Returns: Nil where we gave none of them out in this way, or several: then it is not known
  ///   whose it is.
  func visitor(_ cookies: [String], isSecure: Bool, now: MonotonicInstant) -> Visitor? {
    let ours = Set(cookies.compactMap { RandomID($0) }).compactMap { visitors[$0] }
      .filter { $0.isSecure == isSecure }
    guard ours.count == 1, let visitor = ours.first else { return nil }
    guard isNeeded(visitor) || now - visitor.lastSeen < Self.memory else {
      forget(visitor)
      return nil
    }
    visitor.lastSeen = now
    order.touch(visitor.secret)
    return visitor
  }

  /// A new visitor. A login is for life: a browser that logs in as another is another visitor, with
  /// another secret.
  ///
  /// - Parameters:
  ///   - login: As whom.
  ///   - isSecure: Whether over https.
  ///   - now: The time.
  /// - Returns: The visitor, remembered.
  func welcome(_ login: Login? = nil, isSecure: Bool, now: MonotonicInstant) -> Visitor {
    let visitor = candidate(login, isSecure: isSecure, now: now)
    remember(visitor, now: now)
    return visitor
  }

  /// The same, and it is a visitor only when it is remembered.
  func candidate(_ login: Login?, isSecure: Bool, now: MonotonicInstant) -> Visitor {
    created += 1
    return Visitor(number: created, login: login, isSecure: isSecure, now: now)
  }

  /// A candidate is a visitor from now on.
  func remember(_ visitor: Visitor, now: MonotonicInstant) {
    sweep(now)
    visitors[visitor.secret] = visitor
    order.touch(visitor.secret)
  }

  /// Forgets a few of those that are expired or, where there are too many, were not seen for the
  /// longest time.
  private func sweep(_ now: MonotonicInstant) {
    for _ in 0..<Self.perNewcomer {
      guard let visitor = order.first.flatMap({ visitors[$0] }) else { return }
      if isNeeded(visitor) {
        order.touch(visitor.secret)
      } else if visitors.count >= most || now - visitor.lastSeen >= Self.memory {
        forget(visitor)
      } else {
        return
      }
    }
  }

  private func isNeeded(_ visitor: Visitor) -> Bool {
    visitor.terminals > 0 || isInvited(visitor.secret)
  }

  private func forget(_ visitor: Visitor) {
    visitors[visitor.secret] = nil
    order.remove(visitor.secret)
  }
}

/// Keys, the longest unseen first. Everything takes the same short time, however many there are.
struct RecencyList<Key: Hashable> {
  private struct Neighbours {
    var before: Key?
    var after: Key?
  }

  private var links: [Key: Neighbours] = [:]
  /// The one that was not seen for the longest time.
  private(set) var first: Key?
  private var last: Key?

  /// How many there are.
  var count: Int { links.count }

  /// Puts a key behind all others, whether it was there or not.
  mutating func touch(_ key: Key) {
    if last == key { return }
    remove(key)
    links[key] = Neighbours(before: last, after: nil)
    if let last { links[last]?.after = key }
    first = first ?? key
    last = key
  }

  mutating func remove(_ key: Key) {
    guard let neighbours = links.removeValue(forKey: key) else { return }
    if let before = neighbours.before { links[before]?.after = neighbours.after }
    if let after = neighbours.after { links[after]?.before = neighbours.before }
    if first == key { first = neighbours.after }
    if last == key { last = neighbours.before }
  }
}

/// A person who has logged in.
struct Login: Equatable {
  /// What it was proved by.
  enum Proof: Equatable {
    /// The password's hash that was in the file then; another one there ends this login.
    case password(PasswordHash)
    /// A trusted proxy's word, in the field of that name.
    case proxy(field: String)
  }

  let name: AccountName
  let proof: Proof
}

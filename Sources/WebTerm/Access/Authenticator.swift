// Who a visitor is, where the configuration asks for a login. Passwords are checked on another thread.

import CLinux
import EventLoop

/// Judges logins (`auth` in the configuration).
final class Authenticator {
  /// What is known of a request's sender.
  enum Judgement: Equatable {
    /// May go on; nil where no login is asked for.
    case granted(Login?)
    /// Says who it is, which is to be checked: ``check(_:from:now:done:)``.
    case claims(BasicCredentials)
    /// To be asked for a name and a password.
    case unknown
    /// The proxy in front did not say who it is.
    case notVouchedFor
  }

  private struct PasswordCheck: Sendable {
    let number: Int
    let password: String
    let hash: String
  }

  private struct PasswordVerdict: Sendable {
    let number: Int
    let matches: Bool
  }

  private struct Check {
    let login: Login?
    let address: AddressKey
    let done: (Login?) -> Void
  }

  /// What a name that does not exist is compared with, so that it takes as long as one that does: a bcrypt hash
  /// of the usual cost, of a password that nobody has kept.
  private static let decoy = "$2b$10$Ggk7d2ev2H3hQTO.N9serenp2Sf1XJLhHqcrCRkGj6nBX3h5auG4C"

  private let reactor: Reactor
  private let mode: Configuration.Authentication
  private let passwords: WatchedFile<PasswordFile>?
  private let groups: WatchedFile<GroupFile>?
  private var throttle = LoginThrottle()
  private var helper: HelperThread<PasswordCheck, PasswordVerdict>?
  private var checks: [Int: Check] = [:]
  private var checkCount = 0

  /// - Throws: What the system says of a file that cannot be read.
  init(
    _ configuration: Configuration, reactor: Reactor, report: @escaping (SystemError) -> Void
  ) throws(SystemError) {
    self.reactor = reactor
    mode = configuration.authentication
    if case .htpasswd(let file) = mode {
      passwords = try WatchedFile(file) { PasswordFile($0) }
    } else {
      passwords = nil
    }
    groups = try configuration.groups.map { file throws(SystemError) in
      try WatchedFile(file) { GroupFile($0) }
    }
    passwords?.report = report
    groups?.report = report
  }

  /// The header field by which a proxy vouches, in lower case; nil in other modes.
  var vouchingField: String? {
    if case .header(let name) = mode { name } else { nil }
  }

  /// Judges a request by what it carries.
  ///
  /// - Parameters:
  ///   - request: The request.
  ///   - visitor: Whose cookie it has.
  ///   - isFromProxy: Whether a trusted proxy sends it.
  /// - Returns: What is known.
  func judge(_ request: RequestHead, _ visitor: Visitor?, isFromProxy: Bool) -> Judgement {
    switch mode {
    case .none:
      return .granted(nil)
    case .htpasswd:
      if let login = visitor?.login, isCurrent(login) { return .granted(login) }
      guard let field = request.value("authorization"), let credentials = BasicCredentials(field)
      else { return .unknown }
      return .claims(credentials)
    case .header(let field):
      let names = request.fields.filter { $0.name == field }
      guard isFromProxy, names.count == 1, !names[0].value.isEmpty,
        names[0].value.utf8.count <= 128
      else { return .notVouchedFor }
      return .granted(Login(name: names[0].value, proof: ""))
    }
  }

  private func isCurrent(_ login: Login) -> Bool {
    passwords?.current.hashes[login.name] == login.proof
  }

  /// Checks a password without making the loop wait.
  ///
  /// - Parameters:
  ///   - claim: Name and password.
  ///   - address: Where it comes from.
  ///   - done: Called later, with the login where the password is right.
  /// - Returns: How long to wait before the next try; nil where the check has begun.
  func check(
    _ claim: BasicCredentials, from address: AddressKey, done: @escaping (Login?) -> Void
  ) -> Duration? {
    if let pause = throttle.begin(address, now: reactor.now) { return pause }
    let hash = passwords?.current.hashes[claim.name]
    checkCount += 1
    checks[checkCount] = Check(
      login: hash.map { Login(name: claim.name, proof: $0) }, address: address, done: done)
    let job = PasswordCheck(number: checkCount, password: claim.password, hash: hash ?? Self.decoy)
    do throws(SystemError) {
      try makeHelper().add(job)
    } catch {
      // Without the thread nobody can log in now; who is logged in stays so.
      finish(PasswordVerdict(number: checkCount, matches: false))
    }
    return nil
  }

  private func makeHelper() throws(SystemError) -> HelperThread<PasswordCheck, PasswordVerdict> {
    if let helper { return helper }
    let helper = try HelperThread<PasswordCheck, PasswordVerdict>(
      reactor: reactor,
      work: { job in
        PasswordVerdict(
          number: job.number, matches: linux_password_matches(job.password, job.hash) != 0)
      },
      receive: { [weak self] outcome in self?.finish(outcome) })
    self.helper = helper
    return helper
  }

  private func finish(_ outcome: PasswordVerdict) {
    guard let check = checks.removeValue(forKey: outcome.number) else { return }
    let login = outcome.matches ? check.login : nil
    throttle.end(check.address, succeeded: login != nil, now: reactor.now)
    check.done(login)
  }

  /// Whether somebody may see a target.
  func admits(_ login: Login?, to target: Target) -> Bool {
    guard let visitors = target.visitors else { return true }
    guard let name = login?.name else { return false }
    return visitors.contains { entry in
      guard entry.hasPrefix("@") else { return entry == name }
      return groups?.current.members[String(entry.dropFirst())]?.contains(name) ?? false
    }
  }
}

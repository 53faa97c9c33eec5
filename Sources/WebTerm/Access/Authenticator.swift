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
    /// The proxy in front calls them something that is no name.
    case misnamed(String)
  }

  private let reactor: Reactor
  private let passwordHelper: HelperThread
  private let fileHelper: HelperThread
  private let rights: Rights
  private let report: (SystemError) -> Void
  private var mode: LoginSettings.Mode
  private var files: AccountFiles {
    didSet { rights.groups = files.groups?.content }
  }
  private var throttle = LoginThrottle()
  /// Counts configurations: files of a former one that are read late are not taken.
  private var generation = 0
  /// Who waits until the files were read again.
  private var waiting: [() -> Void] = []

  /// - Parameters:
  ///   - mode: Who is asked.
  ///   - files: Those of the configuration.
  ///   - rights: Are told who belongs together.
  ///   - reactor: The loop.
  ///   - passwordHelper: Hashes passwords.
  ///   - fileHelper: Reads files.
  ///   - report: Told of a file that cannot be read again.
  init(
    _ mode: LoginSettings.Mode, files: AccountFiles, rights: Rights, reactor: Reactor,
    passwordHelper: HelperThread, fileHelper: HelperThread,
    report: @escaping (SystemError) -> Void
  ) {
    self.mode = mode
    self.files = files
    self.rights = rights
    rights.groups = files.groups?.content
    self.reactor = reactor
    self.passwordHelper = passwordHelper
    self.fileHelper = fileHelper
    self.report = report
  }

  /// Takes another configuration. Throttles and checks that have begun go on.
  func reload(_ mode: LoginSettings.Mode, files: AccountFiles) {
    self.mode = mode
    self.files = files
    generation += 1
  }

  /// Calls `done` when the files that were read are those on the disk: at once, unless one has changed.
  func settle(_ done: @escaping () -> Void) {
    guard files.isStale else { return done() }
    waiting.append(done)
    guard waiting.count == 1 else { return }
    let stale = files
    let generation = generation
    do throws(SystemError) {
      try fileHelper.run({ stale.readAgain() }) { [weak self] in
        self?.settled($0.files, $0.problems, of: generation)
      }
    } catch {
      // Without the thread what was read before counts on.
      settled(stale, [error], of: generation)
    }
  }

  private func settled(_ files: AccountFiles, _ problems: [SystemError], of generation: Int) {
    if generation == self.generation { self.files = files }
    problems.forEach(report)
    let waiting = waiting
    self.waiting = []
    for done in waiting { done() }
  }

  /// The header field by which a proxy vouches, in lower case; nil in other modes.
  var vouchingField: String? {
    if case .header(let name, _) = mode { name } else { nil }
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
    case .header(let field, let groups):
      let names = request.fields.filter { $0.name == field }
      guard isFromProxy, names.count == 1, !names[0].value.isEmpty else { return .notVouchedFor }
      guard let name = AccountName(names[0].value) else { return .misnamed(names[0].value) }
      let login = Login(name: name, proof: .proxy)
      if let groups { rights.vouched[login.name] = Self.groups(request.list(groups)) }
      return .granted(login)
    }
  }

  /// The names in a field of groups; `|` separates them as the comma does.
  private static func groups(_ elements: [String]) -> Set<AccountName> {
    Set(
      elements.flatMap { $0.split(atByte: "|") }.compactMap { AccountName($0.trimmingBlanks()) })
  }

  /// Whether somebody is there still who may log in by that name. A proxy's word is for the moment of a request.
  func isKnown(_ login: Login) -> Bool {
    guard case .htpasswd = mode else { return true }
    return files.passwords?.content.hashes[login.name] != nil
  }

  private func isCurrent(_ login: Login) -> Bool {
    files.passwords?.content.hashes[login.name].map { .password($0) } == login.proof
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
    let accounts = files.passwords?.content
    let login = AccountName(claim.name).flatMap { name in
      accounts?.hashes[name].map { (hash: $0, login: Login(name: name, proof: .password($0))) }
    }
    // A name that does not exist is compared, too, so that it takes as long as one that does.
    let compared = login?.hash ?? accounts?.decoy(for: claim.name)
    let password = claim.password
    let finish = { [weak self] (matches: Bool) in
      let proven = matches ? login?.login : nil
      if let self { throttle.end(address, succeeded: proven != nil, now: reactor.now) }
      done(proven)
    }
    do throws(SystemError) {
      try passwordHelper.run({ compared?.matches(password) == true }, then: finish)
    } catch {
      // Without the thread nobody can log in now; who is logged in stays so.
      finish(false)
    }
    return nil
  }
}

extension PasswordHash {
  /// Whether it is that password's. Takes its time, on purpose.
  fileprivate func matches(_ password: [UInt8]) -> Bool {
    let terminated = password.map { CChar(bitPattern: $0) } + [0]
    return linux_password_matches(terminated, text) != 0
  }
}

// Who a visitor is, where the configuration asks for a login. Passwords are PasswordChecker's,
// files AccountStore's.

import EventLoop

/// Judges logins (`auth` in the configuration).
final class Authenticator {
  /// What is known of a request's sender.
  enum Judgement: Equatable {
    /// May go on; nil where no login is asked for.
    case granted(Login?)
    /// Says who it is, which is to be checked by ``passwords``.
    case claims(BasicCredentials)
    /// To be asked for a name and a password.
    case unknown
    /// The proxy in front did not say who it is.
    case notVouchedFor
    /// The proxy in front calls them something that is no name.
    case misnamed(String)
  }

  /// Keeps the files of accounts fresh.
  let accounts: AccountStore
  /// Checks passwords.
  let passwords: PasswordChecker
  /// Told when the file of groups says something else.
  var groupsChanged: (() -> Void)?
  private let memberships: Memberships
  private var mode: LoginSettings.Mode

  /// - Parameters:
  ///   - mode: Who is asked.
  ///   - proxies: Whose word counts.
  ///   - accounts: The files.
  ///   - memberships: Are told who belongs together.
  ///   - reactor: The loop.
  ///   - helper: Hashes passwords.
  init(
    _ mode: LoginSettings.Mode, proxies: TrustedProxies, accounts: AccountStore,
    memberships: Memberships, reactor: Reactor, helper: HelperThread
  ) {
    self.mode = mode
    self.accounts = accounts
    self.memberships = memberships
    passwords = PasswordChecker(reactor: reactor, helper: helper) { [unowned accounts] in
      accounts.files.passwords?.content
    }
    memberships.vouchers.reload(mode, proxies)
    memberships.file = accounts.files.groups?.content
    accounts.changed = { [unowned self] in take(accounts.files.groups?.content) }
  }

  private func take(_ groups: GroupFile?) {
    guard groups != memberships.file else { return }
    memberships.file = groups
    groupsChanged?()
  }

  /// Takes another configuration. Throttles and checks that have begun go on.
  func reload(_ mode: LoginSettings.Mode, proxies: TrustedProxies, files: AccountFiles) {
    self.mode = mode
    memberships.vouchers.reload(mode, proxies)
    accounts.take(files)
  }

  /// The header field by which a proxy vouches, in lower case; nil in other modes.
  var vouchingField: String? {
    if case .header(let name, _) = mode { name } else { nil }
  }

  /// Whether anybody is asked who they are.
  var asks: Bool { mode != .none }

  /// Judges a request by what it carries.
  ///
  /// - Parameters:
  ///   - request: The request.
  ///   - visitor: Whose cookie it has.
  ///   - proxy: The trusted proxy that sends it, if one does.
  /// - Returns: What is known.
  func judge(_ request: RequestHead, _ visitor: Visitor?, proxy: SocketAddress?) -> Judgement {
    switch mode {
    case .none:
      return .granted(nil)
    case .htpasswd:
      if let login = visitor?.login, holds(login) { return .granted(login) }
      guard let field = request.value("authorization"), let credentials = BasicCredentials(field)
      else { return .unknown }
      return .claims(credentials)
    case .header(let field, let groups):
      let names = request.fields.filter { $0.name == field }
      guard let proxy, names.count == 1, !names[0].value.isEmpty else { return .notVouchedFor }
      guard let name = AccountName(names[0].value) else { return .misnamed(names[0].value) }
      let vouched = groups.map { Self.groups(request.list($0)) }
      memberships.vouchers.hear(name, groups: vouched ?? [], from: proxy)
      return .granted(Login(name: name, proof: .proxy(field: field)))
    }
  }

  /// The names in a field of groups; `|` separates them as the comma does.
  private static func groups(_ elements: [String]) -> Set<AccountName> {
    Set(
      elements.flatMap { $0.split(atByte: "|") }.compactMap { AccountName($0.trimmingBlanks()) })
  }

  /// Whether what a visitor has come in by still counts: no login where none is asked for, the same
  /// password, the word of a proxy that is still believed.
  func holds(_ login: Login?) -> Bool {
    switch (mode, login?.proof) {
    case (.none, nil):
      true
    case (.htpasswd, .password(let hash)?):
      login.flatMap { accounts.files.passwords?.content.hashes[$0.name] } == hash
    case (.header(let asked, _), .proxy(let field)?):
      asked == field && login.map { memberships.vouchers.includes($0.name) } == true
    default:
      false
    }
  }
}

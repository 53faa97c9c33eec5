// The gate of logins: what a request's sender is told that has to say who it is.

import EventLoop

/// Judges requests by their login, and says what is wrong with it.
final class LoginGate {
  /// What comes of a request.
  enum Verdict {
    /// May go on; nil where no login is asked for.
    case granted(Login?)
    case refused(Response)
    /// Says who it is; the password is to be checked first.
    case claims(BasicCredentials)
  }

  private let site: Site
  private let authenticator: Authenticator
  private let chronicle: Chronicle

  init(_ site: Site, _ authenticator: Authenticator, _ chronicle: Chronicle) {
    self.site = site
    self.authenticator = authenticator
    self.chronicle = chronicle
  }

  /// Whether anybody is asked who they are.
  var asks: Bool { authenticator.asks }

  /// Calls `done` when the files of accounts that were read are those on the disk.
  func settle(_ done: @escaping () -> Void) { authenticator.accounts.settle(done) }

  func judge(_ request: RequestHead, _ caller: Caller) -> Verdict {
    switch authenticator.judge(request, caller.visitor, proxy: caller.proxy) {
    case .granted(let login): return .granted(login)
    case .claims(let credentials): return .claims(credentials)
    case .unknown: return .refused(site.problems.challenge(request))
    case .notVouchedFor:
      noteForeignVouching(request, caller)
      return .refused(
        site.problems.answer(
          .forbidden, "This server is reached through its login page only.", to: request))
    case .misnamed(let name):
      chronicle.note(
        .warning, "a login's name that is not UTF-8, too long, or does not show, is refused",
        [("peer", caller.name), ("name", name)], from: caller.address)
      return .refused(
        site.problems.answer(
          .forbidden,
          "The name that the login page gives you cannot be used here: it is not UTF-8, is too long, "
            + "or has characters that do not show.", to: request))
    }
  }

  /// Whether a page's visitor is still logged in as it was.
  func stands(_ visitor: Visitor, _ request: RequestHead, _ caller: Caller) -> Bool {
    let judgement = authenticator.judge(request, visitor, proxy: caller.proxy)
    if judgement == .granted(visitor.login) { return true }
    noteForeignVouching(request, caller)
    return false
  }

  /// A sender that claims a name without being a trusted proxy is not believed, and the
  /// administrator should know.
  private func noteForeignVouching(_ request: RequestHead, _ caller: Caller) {
    guard let field = authenticator.vouchingField, caller.proxy == nil,
      let name = request.value(field)
    else { return }
    chronicle.note(
      .warning, "a login's name from somebody who is no trusted proxy is ignored",
      [("peer", caller.name), ("field", field), ("name", name)], from: caller.address)
  }

  // MARK: Passwords

  /// Checks a password when it is its turn.
  ///
  /// - Parameters:
  ///   - credentials: Name and password.
  ///   - request: What they came with.
  ///   - caller: Who has sent them.
  ///   - done: Told the login that is proven, or the answer to all else; perhaps at once.
  /// - Returns: What withdraws it: a password whose turn has not come is not checked then.
  func check(
    _ credentials: BasicCredentials, _ request: RequestHead, _ caller: Caller,
    done: @escaping (Verdict) -> Void
  ) -> () -> Void {
    let claim = PasswordChecker.Claim(
      credentials: credentials, address: caller.address, peer: caller.name)
    let passwords = authenticator.passwords
    let number = passwords.check(claim) { [site] outcome in
      switch outcome {
      case .proven(let login): done(.granted(login))
      case .wrong: done(.refused(site.problems.challenge(request)))
      case .refused(let refusal):
        done(
          .refused(
            site.problems.answer(
              .tooManyRequests, refusal.message, after: refusal.seconds, to: request)))
      }
    }
    return { passwords.withdraw(number) }
  }
}

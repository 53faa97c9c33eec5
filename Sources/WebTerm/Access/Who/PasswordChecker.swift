// Passwords on their way to the thread that hashes them, and back.

import CLinux
import EventLoop

/// Checks passwords, one after the other, without making the loop wait.
final class PasswordChecker: TimerHandler {
  /// What came of a claim.
  enum Outcome {
    case proven(Login)
    case wrong
    case refused(LoginThrottle.Refusal)
  }

  /// A name and a password, and where they come from.
  struct Claim {
    let credentials: BasicCredentials
    let address: AddressKey
    /// The address as the logs have it.
    let peer: String
  }

  /// Told of every outcome, whether or not the sender still waits for it.
  var report: ((Outcome, Claim) -> Void)?

  private let reactor: Reactor
  private let helper: HelperThread
  /// The password file as it is now.
  private let accounts: () -> PasswordFile?
  private var turns = LoginTurns()
  /// Those that wait for their turn.
  private var claims: [Int: Claim] = [:]
  /// Who waits for an outcome.
  private var waiting: [Int: (Outcome) -> Void] = [:]
  private var lastNumber = 0
  private var timer: Reactor.Timer?

  /// - Parameters:
  ///   - reactor: The loop.
  ///   - helper: Hashes.
  ///   - accounts: Says what the password file has now.
  init(reactor: Reactor, helper: HelperThread, accounts: @escaping () -> PasswordFile?) {
    self.reactor = reactor
    self.helper = helper
    self.accounts = accounts
  }

  /// Checks a password when it is its turn.
  ///
  /// - Parameters:
  ///   - claim: Name and password.
  ///   - done: Called with what came of it, perhaps at once.
  /// - Returns: What ``withdraw(_:)`` takes.
  func check(_ claim: Claim, done: @escaping (Outcome) -> Void) -> Int {
    lastNumber += 1
    let number = lastNumber
    claims[number] = claim
    waiting[number] = done
    let attempt = LoginThrottle.Attempt(
      address: claim.address, name: AccountName(claim.credentials.name))
    if let (loser, why) = turns.add(number, attempt, now: reactor.now) { refuse(loser, why) }
    proceed()
    return number
  }

  /// The sender does not wait any more. A password that is being checked is checked, and reported,
  /// all the same.
  func withdraw(_ number: Int) {
    claims[number] = nil
    waiting[number] = nil
    turns.withdraw(number)
  }

  private func proceed() {
    while let step = turns.next(now: reactor.now) {
      switch step {
      case .refuse(let number, let why): refuse(number, why)
      case .check(let number): hash(number)
      }
    }
    guard let deadline = turns.nextDeadline(now: reactor.now) else { return }
    reactor.set(&timer, to: deadline, handler: self)
  }

  func timerFired(now: MonotonicInstant) {
    proceed()
  }

  private func hash(_ number: Int) {
    guard let claim = claims.removeValue(forKey: number) else {
      return turns.ended(succeeded: false, now: reactor.now)
    }
    let credentials = claim.credentials
    let file = accounts()
    let name = AccountName(credentials.name)
    let hash = name.flatMap { file?.hashes[$0] }
    let login = name.flatMap { name in
      hash.map { Login(name: name, proof: .password($0)) }
    }
    // A name that does not exist is compared, too, so that it takes as long as one that does.
    let compared = hash ?? file?.decoy(for: credentials.name)
    let password = credentials.password
    do throws(SystemError) {
      try helper.run({ compared?.matches(password) == true }) { [weak self] matches in
        self?.ended(number, claim, matches ? login : nil)
      }
    } catch {
      // Without the thread no login succeeds now; those that have succeeded stay.
      ended(number, claim, nil)
    }
  }

  private func ended(_ number: Int, _ claim: Claim, _ login: Login?) {
    turns.ended(succeeded: login != nil, now: reactor.now)
    finish(number, claim, login.map { .proven($0) } ?? .wrong)
    proceed()
  }

  private func refuse(_ number: Int, _ why: LoginThrottle.Refusal) {
    guard let claim = claims.removeValue(forKey: number) else { return }
    finish(number, claim, .refused(why))
  }

  private func finish(_ number: Int, _ claim: Claim, _ outcome: Outcome) {
    report?(outcome, claim)
    waiting.removeValue(forKey: number)?(outcome)
  }
}

extension PasswordHash {
  /// Whether it is that password's. Takes its time, on purpose.
  fileprivate func matches(_ password: [UInt8]) -> Bool {
    let terminated = password.map { CChar(bitPattern: $0) } + [0]
    return linux_password_matches(terminated, text) != 0
  }
}

extension LoginThrottle.Refusal {
  /// How long to wait, in whole seconds.
  var seconds: Int {
    switch self {
    case .address(let pause), .network(let pause), .name(let pause):
      Int(pause.components.seconds) + 1
    case .crowdedAddress, .crowded: 2
    }
  }

  /// For the visitor.
  var message: String {
    let reason =
      switch self {
      case .address: "Too many wrong passwords came from your address."
      case .network: "Too many wrong passwords came from your network."
      case .name: "Too many wrong passwords were tried for this name."
      case .crowdedAddress: "Several passwords from your address wait to be checked already."
      case .crowded: "Many passwords wait to be checked just now."
      }
    return "\(reason) Wait \(seconds) seconds."
  }
}

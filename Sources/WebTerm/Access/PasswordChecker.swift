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

  private struct Claim {
    let credentials: BasicCredentials
    let done: (Outcome) -> Void
  }

  private let reactor: Reactor
  private let helper: HelperThread
  /// The password file as it is now.
  private let accounts: () -> PasswordFile?
  private var turns = LoginTurns()
  private var claims: [Int: Claim] = [:]
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
  ///   - credentials: Name and password.
  ///   - address: Where they come from.
  ///   - done: Called with what came of it, perhaps at once.
  /// - Returns: What ``withdraw(_:)`` takes.
  func check(
    _ credentials: BasicCredentials, from address: AddressKey, done: @escaping (Outcome) -> Void
  ) -> Int {
    lastNumber += 1
    let number = lastNumber
    claims[number] = Claim(credentials: credentials, done: done)
    let attempt = LoginThrottle.Attempt(
      address: address, name: AccountName(credentials.name))
    if let (loser, why) = turns.add(number, attempt, now: reactor.now) {
      finish(loser, .refused(why))
    }
    proceed()
    return number
  }

  /// Nobody waits for this one any more.
  func withdraw(_ number: Int) {
    claims[number] = nil
    turns.withdraw(number)
  }

  private func proceed() {
    while let step = turns.next(now: reactor.now) {
      switch step {
      case .refuse(let number, let why): finish(number, .refused(why))
      case .check(let number): hash(number)
      }
    }
    guard let deadline = turns.nextDeadline(now: reactor.now) else { return }
    let timer = timer ?? reactor.makeTimer(handler: self)
    self.timer = timer
    reactor.set(timer, to: deadline)
  }

  func timerFired(now: MonotonicInstant) {
    proceed()
  }

  private func hash(_ number: Int) {
    guard let credentials = claims[number]?.credentials else { return ended(number, nil) }
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
        self?.ended(number, matches ? login : nil)
      }
    } catch {
      // Without the thread nobody can log in now; who is logged in stays so.
      ended(number, nil)
    }
  }

  private func ended(_ number: Int, _ login: Login?) {
    turns.ended(succeeded: login != nil, now: reactor.now)
    finish(number, login.map { .proven($0) } ?? .wrong)
    proceed()
  }

  private func finish(_ number: Int, _ outcome: Outcome) {
    claims.removeValue(forKey: number)?.done(outcome)
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

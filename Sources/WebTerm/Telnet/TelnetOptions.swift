// Who has agreed to which option.

/// The state of all options, both ways, by the Q method (RFC 1143): an answer only where something
/// changes, so that two sides never answer each other for ever.
struct TelnetOptions {
  /// Whose side of an option.
  enum Side: Sendable {
    /// Ours: we say WILL, the host says DO.
    case ours
    /// The host's: it says WILL, we say DO.
    case hosts
  }

  /// What came of a word.
  struct Outcome: Equatable {
    /// What is to be said; nil for nothing.
    var answer: TelnetVerb?
    /// What holds from now on; nil where nothing has changed.
    var isOn: Bool?
  }

  private enum State: UInt8 {
    case no
    case yes
    case wantsNo
    case wantsYes
  }

  private var ours = [State](repeating: .no, count: 256)
  private var hosts = [State](repeating: .no, count: 256)

  /// Whether an option is agreed on.
  func isOn(_ side: Side, _ option: UInt8) -> Bool {
    (side == .ours ? ours : hosts)[Int(option)] == .yes
  }

  /// The host has said something about an option.
  ///
  /// - Parameters:
  ///   - verb: Its word.
  ///   - option: The option.
  ///   - isWelcome: Whether it may be switched on.
  /// - Returns: What comes of it.
  mutating func receive(_ verb: TelnetVerb, _ option: UInt8, isWelcome: Bool) -> Outcome {
    switch verb {
    case .will: Self.switchOn(&hosts[Int(option)], isWelcome, yes: .do, no: .dont)
    case .do: Self.switchOn(&ours[Int(option)], isWelcome, yes: .will, no: .wont)
    case .wont: Self.switchOff(&hosts[Int(option)], answer: .dont)
    case .dont: Self.switchOff(&ours[Int(option)], answer: .wont)
    }
  }

  /// We want an option.
  ///
  /// - Returns: What is to be said; nil where it is on, or asked for already.
  mutating func ask(_ side: Side, _ option: UInt8) -> TelnetVerb? {
    let index = Int(option)
    switch side {
    case .ours:
      guard ours[index] == .no else { return nil }
      ours[index] = .wantsYes
      return .will
    case .hosts:
      guard hosts[index] == .no else { return nil }
      hosts[index] = .wantsYes
      return .do
    }
  }

  private static func switchOn(
    _ state: inout State, _ isWelcome: Bool, yes: TelnetVerb, no: TelnetVerb
  ) -> Outcome {
    switch state {
    case .no where isWelcome:
      state = .yes
      return Outcome(answer: yes, isOn: true)
    case .no:
      return Outcome(answer: no)
    case .wantsYes:
      state = .yes
      return Outcome(isOn: true)
    case .wantsNo:
      // An answer to DONT with WILL is an error of the host's; it stays off.
      state = .no
      return Outcome()
    case .yes:
      return Outcome()
    }
  }

  private static func switchOff(_ state: inout State, answer: TelnetVerb) -> Outcome {
    switch state {
    case .yes:
      state = .no
      return Outcome(answer: answer, isOn: false)
    case .wantsYes, .wantsNo:
      state = .no
      return Outcome(isOn: false)
    case .no:
      return Outcome()
    }
  }
}

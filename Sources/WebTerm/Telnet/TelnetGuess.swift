// Whether a line that is taken for raw speaks telnet after all.

/// Looks for a command of telnet among the bytes of a line of which it is not known what it is. One
/// that is well-formed and about an option that hosts really open with decides, whenever it comes;
/// line noise does not.
///
///     IAC verb option            verb: WILL, WONT, DO, DONT
///     IAC SB option … IAC SE
///
/// Commands of other options right before it belong to it. What may be the beginning of all this is
/// held back, in ``run``.
struct TelnetGuess {
  /// What a byte has made of it.
  enum Verdict: Equatable {
    /// The run may be the beginning of a command.
    case open
    /// All of the run but so many bytes at its end is data.
    case data(keeping: Int)
    /// The run is telnet's.
    case telnet
  }

  private enum State: Equatable {
    /// Nothing is held back, or commands of options that decide nothing.
    case between
    case escape
    case verb
    case subnegotiationOption
    case subnegotiation
    case subnegotiationEscape
  }

  /// As much of a run is looked at, in bytes: a line that says so much without an end says
  /// something else.
  static let longestRun = 64

  private(set) var run: [UInt8] = []
  private var state = State.between

  /// Looks at the next byte, which becomes the last one of the run.
  mutating func take(_ byte: UInt8) -> Verdict {
    run.append(byte)
    let isEscape = byte == TelnetCommand.escape
    guard run.count <= Self.longestRun else { return fail(keeping: isEscape ? 1 : 0) }
    switch state {
    case .between:
      guard isEscape else { return fail(keeping: 0) }
      state = .escape
    case .escape:
      if TelnetVerb(rawValue: byte) != nil {
        state = .verb
      } else if byte == TelnetCommand.subnegotiation {
        state = .subnegotiationOption
      } else {
        return fail(keeping: isEscape ? 1 : 0)
      }
    case .verb:
      // There is no option 255 that a host could mean: that byte begins something else.
      if isEscape { return fail(keeping: 1) }
      if Self.mayOpen(byte) { return .telnet }
      state = .between
    case .subnegotiationOption:
      guard Self.mayOpen(byte) else { return fail(keeping: isEscape ? 1 : 0) }
      state = .subnegotiation
    case .subnegotiation:
      if isEscape { state = .subnegotiationEscape }
    case .subnegotiationEscape:
      if byte == TelnetCommand.endOfSubnegotiation { return .telnet }
      // One that another command interrupts is none, and that command may be one.
      guard isEscape else { return fail(keeping: 2) }
      state = .subnegotiation
    }
    return .open
  }

  /// What is not kept is data: all of the run, or all but the IAC at its end, or all but that and
  /// what followed it.
  private mutating func fail(keeping count: Int) -> Verdict {
    let last = run.last ?? 0
    run.removeAll(keepingCapacity: true)
    state = .between
    guard count > 0 else { return .data(keeping: 0) }
    run.append(TelnetCommand.escape)
    state = .escape
    guard count > 1 else { return .data(keeping: 1) }
    guard case .data(let fewer) = take(last) else { return .data(keeping: 2) }
    return .data(keeping: fewer)
  }

  /// Whether telnet servers begin with an option, or ask for it before anything else.
  private static func mayOpen(_ option: UInt8) -> Bool {
    switch option {
    case TelnetOption.binary, TelnetOption.echo, TelnetOption.suppressGoAhead,
      TelnetOption.timingMark, TelnetOption.terminalType, TelnetOption.charset,
      TelnetOption.serialLine:
      true
    // STATUS, and what lies between the window's size and the environment: speed, flow, line mode,
    // display, log-in, encryption.
    case 5, TelnetOption.windowSize...TelnetOption.environment: true
    default: false
    }
  }
}

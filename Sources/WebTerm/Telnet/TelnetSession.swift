// Telnet between a terminal and a host: what a host's bytes show, what is answered, and how keys
// are sent.

/// One conversation's protocol state. It owns no descriptor and has no clock: its owner has these
/// tells what came and when it has waited long enough.
struct TelnetSession {
  private enum Kind: Equatable {
    /// It is not known yet. What comes is shown as it is, unless it is telnet's.
    case open
    case telnet
    /// Raw, as long as the host does not say otherwise.
    case taken
    /// Raw, as the administrator says.
    case raw
  }

  private let settings: TelnetSettings
  private var facts: TelnetFacts
  private var kind: Kind
  private var decoder = TelnetDecoder()
  private var options = TelnetOptions()
  /// Whether the host has said that it repeats nothing.
  private var saidNoEcho = false
  /// What is held back while it is not known what the line is.
  private var undecided = HeldLine()
  private var hasOffered = false
  /// Whether output is thrown away up to the data mark (RFC 854, "The TELNET Synch").
  private var isSynching = false
  /// Whether the line has no room for more: keys wait, answers do not.
  private(set) var isSuspended = false
  /// What is to be sent before any input. The remote that sends it reads no more from the host
  /// while much of it waits: so a storm of questions is bounded by the socket.
  var answers: [UInt8] = []

  init(_ settings: TelnetSettings, _ facts: TelnetFacts) {
    self.settings = settings
    self.facts = facts
    kind =
      switch settings.mode {
      case .auto: .open
      case .telnet: .telnet
      case .raw: .raw
      }
  }

  /// Whether keys may be sent: it is known how.
  var isDecided: Bool { kind != .open }

  /// The host has been silent for long enough: a line that never speaks telnet does not.
  mutating func giveUpWaiting() {
    if kind == .open { kind = .taken }
  }

  // MARK: From the host

  /// Something urgent is on its way: a telnet host wants what it has said before to be thrown away.
  mutating func beginSynch() {
    if kind == .telnet { isSynching = true }
  }

  /// The byte is reached that was marked as urgent: what comes now is thrown away for
  /// nothing, data mark or not.
  mutating func endSynch() {
    isSynching = false
  }

  /// Takes in the host's bytes up to the next ones that are to be shown.
  ///
  /// - Parameters:
  ///   - input: What has come.
  ///   - position: Where to go on; moved past what was taken.
  /// - Returns: The range of the input to be shown; nil where all was taken.
  mutating func next(_ input: Span<UInt8>, _ position: inout Int) -> Range<Int>? {
    guard position < input.count else { return nil }
    switch kind {
    case .raw:
      defer { position = input.count }
      return position..<input.count
    case .open, .taken:
      let range = undecided.next(input, &position)
      if let commands = undecided.takeCommands() { becomeTelnet(commands) }
      if let range { return range }
    case .telnet:
      break
    }
    while let event = decoder.next(input, &position) {
      if let range = take(event), !isSynching { return range }
    }
    return nil
  }

  /// Does what an event asks for; returns what of it is for the screen.
  private mutating func take(_ event: TelnetDecoder.Event) -> Range<Int>? {
    switch event {
    case .data(let range):
      return range
    case .negotiation(let verb, let option):
      kind = .telnet
      offerSerialLine()
      negotiate(verb, option)
    case .subnegotiation(let option, let parameters):
      answer(option, parameters)
    case .command(TelnetCommand.dataMark):
      isSynching = false
    case .command:
      // NOP, GA, AYT, EOR: nothing of it is for the screen.
      break
    }
    return nil
  }

  // MARK: While it is not known what the line is

  /// Whether bytes are held back: they are shown in their place, or after a while.
  var isHolding: Bool { undecided.isHolding }

  /// What was held back and comes before what `next` has returned just now.
  mutating func takeReleased() -> [UInt8] { undecided.takeReleased() }

  /// Gives out what is held back: nothing has followed for a while.
  mutating func releaseHeld() -> [UInt8] { undecided.releaseHeld() }

  private mutating func becomeTelnet(_ commands: [UInt8]) {
    kind = .telnet
    var position = 0
    while let event = decoder.next(commands.span, &position) { _ = take(event) }
  }

  private mutating func negotiate(_ verb: TelnetVerb, _ option: UInt8) {
    if verb == .do, option == TelnetOption.timingMark {
      // Each mark is answered by itself, in the order in which it came.
      return send(.negotiation(.will, option))
    }
    if verb == .wont, option == TelnetOption.echo { saidNoEcho = true }
    let outcome = options.receive(verb, option, isWelcome: isWelcome(verb, option))
    if let answer = outcome.answer { send(.negotiation(answer, option)) }
    guard let isOn = outcome.isOn else { return }
    switch (verb, option) {
    case (.will, TelnetOption.binary), (.wont, TelnetOption.binary): decoder.isBinary = isOn
    case (.will, TelnetOption.echo): saidNoEcho = false
    case (.do, TelnetOption.windowSize) where isOn: send(facts.sizeMessage)
    case (.do, TelnetOption.serialLine) where isOn:
      for message in settings.line?.messages ?? [] { send(message) }
    default: break
    }
  }

  /// Asks once whether the line may be set from here.
  private mutating func offerSerialLine() {
    guard settings.line != nil, !hasOffered else { return }
    hasOffered = true
    guard let verb = options.ask(.ours, TelnetOption.serialLine) else { return }
    send(.negotiation(verb, TelnetOption.serialLine))
  }

  private func isWelcome(_ verb: TelnetVerb, _ option: UInt8) -> Bool {
    switch (verb, option) {
    case (.will, TelnetOption.binary), (.will, TelnetOption.echo),
      (.will, TelnetOption.suppressGoAhead),
      (.will, TelnetOption.charset), (.do, TelnetOption.binary),
      (.do, TelnetOption.suppressGoAhead),
      (.do, TelnetOption.terminalType), (.do, TelnetOption.charset):
      true
    case (.do, TelnetOption.windowSize): settings.tellsSize
    case (.do, TelnetOption.environment): facts.user != nil
    case (.do, TelnetOption.serialLine): settings.line != nil
    default: false
    }
  }

  private mutating func send(_ message: TelnetMessage) {
    answers += message.bytes
  }

  private mutating func answer(_ option: UInt8, _ parameters: [UInt8]) {
    switch (option, parameters.first) {
    case (TelnetOption.terminalType, TelnetFacts.send) where options.isOn(.ours, option):
      send(facts.terminalTypeMessage)
    case (TelnetOption.environment, TelnetFacts.send) where options.isOn(.ours, option):
      if let message = facts.userMessage(asked: parameters.dropFirst()) { send(message) }
    case (TelnetOption.serialLine, SerialLine.Command.suspend): isSuspended = true
    case (TelnetOption.serialLine, SerialLine.Command.resume): isSuspended = false
    case (TelnetOption.charset, 1):
      send(facts.charsetMessage(offer: parameters.dropFirst()))
    default:
      break
    }
  }

  // MARK: From the page

  /// The screen has another size.
  mutating func resize(columns: Int, rows: Int) {
    facts.columns = columns
    facts.rows = rows
    if options.isOn(.ours, TelnetOption.windowSize) { send(facts.sizeMessage) }
  }

  /// How keys are sent now.
  var keys: TelnetKeys { TelnetKeys(afterReturn: afterReturn, doublesEscape: kind == .telnet) }

  /// What follows a carriage return: without a line feed or BINARY it is not one for an NVT (RFC
  /// 854).
  private var afterReturn: [UInt8] {
    switch settings.enter {
    case .cr: []
    case .crlf: [UInt8(ascii: "\n")]
    case .crnul: [0]
    case nil: kind == .telnet && !options.isOn(.ours, TelnetOption.binary) ? [0] : []
    }
  }

  /// Whether what is typed is to be shown here. Never at a line that does not speak telnet: it may
  /// be a password.
  var echoesHere: Bool {
    switch settings.echo {
    case .on: true
    case .off: false
    case .auto: kind == .telnet && saidNoEcho && !options.isOn(.hosts, TelnetOption.echo)
    }
  }

  /// A break on the line; nil where it knows none.
  var breakSignal: TelnetBreak? {
    if let characters = settings.breakString { return TelnetBreak(message: characters) }
    guard kind == .telnet else { return nil }
    guard options.isOn(.ours, TelnetOption.serialLine) else {
      return TelnetBreak(message: TelnetMessage.command(TelnetCommand.breakSignal).bytes)
    }
    return TelnetBreak(
      message: SerialLine.breakOn.bytes,
      end: TelnetBreak.End(after: settings.breakDuration, message: SerialLine.breakOff.bytes))
  }
}

// Telnet between a terminal and a host: what a host's bytes show, what is answered, and how keys
// are sent.

/// One conversation's protocol state. It owns no descriptor and has no clock: its owner has these
/// tells what came and when it has waited long enough.
struct TelnetSession {
  /// What a host may learn.
  struct Facts {
    var terminalType: String
    /// Nil where it is not told.
    var user: String?
    var charset: String
    var columns: Int
    var rows: Int
  }

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
  private var facts: Facts
  private var kind: Kind
  private var decoder = TelnetDecoder()
  private var options = TelnetOptions()
  /// Whether the host has said that it repeats nothing.
  private var saidNoEcho = false
  private var guess = TelnetGuess()
  /// So many bytes of the guess's run came with earlier pieces, and so many of those were shown for
  /// want of anything better.
  private var held = (earlier: 0, shown: 0)
  /// Bytes of earlier pieces that are data after all.
  private var released: [UInt8] = []
  private var hasOffered = false
  /// Whether output is thrown away up to the data mark (RFC 854, "The TELNET Synch").
  private var isSynching = false
  /// Whether the line has no place for more: keys wait, answers do not.
  private(set) var isSuspended = false
  /// What is to be sent before any input. The remote that sends it reads no more from the host
  /// while much of it waits: so a storm of questions is bounded by the socket.
  var answers: [UInt8] = []

  init(_ settings: TelnetSettings, _ facts: Facts) {
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

  /// The place is reached that something urgent has marked: what comes now is thrown away for
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
      if let range = nextUndecided(input, &position) { return range }
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
    case .subnegotiation(let option, let words):
      answer(option, words)
    case .command(TelnetCommand.dataMark):
      isSynching = false
    case .command:
      // NOP, GA, AYT, EOR: nothing of it is for the screen.
      break
    }
    return nil
  }

  // MARK: While it is not known what the line is

  /// Whether bytes are held back that may be the beginning of a command: they are shown in their
  /// place, or after a while.
  var isHolding: Bool { held.earlier > held.shown }

  /// Bytes that earlier pieces have left and that are data after all: they come before what `next`
  /// has returned just now.
  mutating func takeReleased() -> [UInt8] {
    defer { released = [] }
    return released
  }

  /// Gives out what is held back: nothing has followed for a while. Where telnet's next byte comes
  /// after all, it still counts.
  mutating func releaseHeld() -> [UInt8] {
    defer { held.shown = held.earlier }
    return Array(guess.run[held.shown..<held.earlier])
  }

  /// As `next` at a line of which it is not known what it is. Where a command has decided that, the
  /// rest of the input is left.
  private mutating func nextUndecided(
    _ input: Span<UInt8>, _ position: inout Int
  ) -> Range<Int>? {
    let start = position
    while position < input.count {
      let byte = input[position]
      position += 1
      if guess.run.isEmpty, byte != TelnetCommand.escape { continue }
      let earlier = held.earlier > 0 ? Array(guess.run[..<held.earlier]) : []
      let count = guess.run.count + 1
      switch guess.take(byte) {
      case .open: continue
      case .data(let keeping):
        let over = min(count - keeping, held.earlier)
        if held.shown < over { released += earlier[held.shown..<over] }
        held = (held.earlier - over, max(0, held.shown - over))
      case .telnet:
        let end = position - (guess.run.count - held.earlier)
        becomeTelnet()
        return start < end ? start..<end : nil
      }
    }
    let end = position - (guess.run.count - held.earlier)
    held.earlier = guess.run.count
    return start < end ? start..<end : nil
  }

  private mutating func becomeTelnet() {
    let commands = guess.run
    (guess, held) = (TelnetGuess(), (0, 0))
    kind = .telnet
    var position = 0
    while let event = decoder.next(commands.span, &position) { _ = take(event) }
  }

  private mutating func negotiate(_ verb: TelnetVerb, _ option: UInt8) {
    if verb == .do, option == TelnetOption.timingMark {
      // Each mark is answered by itself, in the order in which it came.
      return say(.will, option)
    }
    if verb == .wont, option == TelnetOption.echo { saidNoEcho = true }
    let outcome = options.receive(verb, option, isWelcome: isWelcome(verb, option))
    if let answer = outcome.answer { say(answer, option) }
    guard let isOn = outcome.isOn else { return }
    switch (verb, option) {
    case (.will, TelnetOption.binary), (.wont, TelnetOption.binary): decoder.isBinary = isOn
    case (.will, TelnetOption.echo): saidNoEcho = false
    case (.do, TelnetOption.windowSize) where isOn: tellSize()
    case (.do, TelnetOption.serialLine) where isOn:
      for words in settings.line?.words ?? [] { tell(TelnetOption.serialLine, words) }
    default: break
    }
  }

  /// Asks once whether the line may be set from here.
  private mutating func offerSerialLine() {
    guard settings.line != nil, !hasOffered else { return }
    hasOffered = true
    if let verb = options.ask(.ours, TelnetOption.serialLine) { say(verb, TelnetOption.serialLine) }
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

  private mutating func say(_ verb: TelnetVerb, _ option: UInt8) {
    answers += [TelnetCommand.escape, verb.rawValue, option]
  }

  // MARK: Subnegotiations

  private static let `is`: UInt8 = 0
  private static let send: UInt8 = 1

  private mutating func answer(_ option: UInt8, _ words: [UInt8]) {
    switch (option, words.first) {
    case (TelnetOption.terminalType, Self.send) where options.isOn(.ours, option):
      tell(option, [Self.is] + Array(facts.terminalType.utf8))
    case (TelnetOption.environment, Self.send) where options.isOn(.ours, option):
      tellUser(asked: words.dropFirst())
    case (TelnetOption.serialLine, SerialLine.Command.suspend): isSuspended = true
    case (TelnetOption.serialLine, SerialLine.Command.resume): isSuspended = false
    case (TelnetOption.charset, 1):
      answerCharset(words.dropFirst())
    default:
      break
    }
  }

  /// A subnegotiation of ours (RFC 855): what would be taken for an IAC is doubled.
  private mutating func tell(_ option: UInt8, _ words: [UInt8]) {
    answers += [TelnetCommand.escape, TelnetCommand.subnegotiation, option]
    for byte in words {
      answers.append(byte)
      if byte == TelnetCommand.escape { answers.append(byte) }
    }
    answers += [TelnetCommand.escape, TelnetCommand.endOfSubnegotiation]
  }

  private mutating func tellSize() {
    let (columns, rows) = (UInt16(clamping: facts.columns), UInt16(clamping: facts.rows))
    tell(
      TelnetOption.windowSize,
      [columns, rows].flatMap { [UInt8($0 >> 8), UInt8(truncatingIfNeeded: $0)] })
  }

  /// USER, where it is asked for or everything is, and nothing else whatever is asked for (RFC
  /// 1572).
  private mutating func tellUser(asked: ArraySlice<UInt8>) {
    let variable: UInt8 = 0
    let value: UInt8 = 1
    let escape: UInt8 = 2
    let userVariable: UInt8 = 3
    guard let user = facts.user else { return }
    let names = asked.split { $0 == variable || $0 == userVariable }
    guard names.isEmpty || names.contains(where: { $0.elementsEqual("USER".utf8) }) else {
      return tell(TelnetOption.environment, [Self.is])
    }
    let escaped = user.utf8.flatMap { $0 <= userVariable ? [escape, $0] : [$0] }
    tell(TelnetOption.environment, [Self.is, variable] + Array("USER".utf8) + [value] + escaped)
  }

  /// The target's own set where the host offers it (RFC 2066); silence is never an answer.
  private mutating func answerCharset(_ offer: ArraySlice<UInt8>) {
    let accepted: UInt8 = 2
    let rejected: UInt8 = 3
    guard let separator = offer.first else { return tell(TelnetOption.charset, [rejected]) }
    let name = offer.dropFirst().split(separator: separator).first { name in
      String(decoding: name, as: UTF8.self).lowercased() == facts.charset
    }
    tell(TelnetOption.charset, name.map { [accepted] + $0 } ?? [rejected])
  }

  // MARK: From the page

  /// The screen has another size.
  mutating func resize(columns: Int, rows: Int) {
    facts.columns = columns
    facts.rows = rows
    if options.isOn(.ours, TelnetOption.windowSize) { tellSize() }
  }

  /// Whether these keys are sent as they are to whatever host: none of them means anything to
  /// telnet.
  static func areSentAsTyped(_ keys: RawSpan) -> Bool {
    keys.withUnsafeBytes { keys in
      !keys.contains { $0 == UInt8(ascii: "\r") || $0 == TelnetCommand.escape }
    }
  }

  /// Keys as they are sent.
  func encode(_ keys: Span<UInt8>) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(keys.count + 8)
    for index in keys.indices {
      let byte = keys[index]
      bytes.append(byte)
      switch byte {
      case UInt8(ascii: "\r"): bytes += afterReturn
      case TelnetCommand.escape where kind == .telnet: bytes.append(byte)
      default: break
      }
    }
    return bytes
  }

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

  /// What a break is made of: what is said, and what after a while.
  struct Break: Equatable {
    var words: [UInt8]
    /// Milliseconds, and what ends it then; nil where it ends by itself.
    var end: (after: Int, words: [UInt8])?

    static func == (a: Break, b: Break) -> Bool {
      a.words == b.words && a.end?.after == b.end?.after && a.end?.words == b.end?.words
    }
  }

  /// A break on the line; nil where it knows none.
  var breakSignal: Break? {
    if let characters = settings.breakString { return Break(words: characters) }
    guard kind == .telnet else { return nil }
    guard options.isOn(.ours, TelnetOption.serialLine) else {
      return Break(words: [TelnetCommand.escape, TelnetCommand.breakSignal])
    }
    let control = { (value: UInt8) -> [UInt8] in
      [
        TelnetCommand.escape, TelnetCommand.subnegotiation, TelnetOption.serialLine,
        SerialLine.Command.setControl, value, TelnetCommand.escape,
        TelnetCommand.endOfSubnegotiation,
      ]
    }
    return Break(
      words: control(SerialLine.breakOn),
      end: (settings.breakDuration, control(SerialLine.breakOff)))
  }
}

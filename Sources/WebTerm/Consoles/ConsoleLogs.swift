// The logs of all consoles: which of them have one, and what comes into it.

import EventLoop

/// Writes what consoles say and what happens there. It listens to the terminals, reads each console
/// that has a log, and leaves the files to a thread.
final class ConsoleLogs: TerminalListener, ConsoleTextObserver, TimerHandler {
  /// One terminal that is read.
  private struct Reader {
    let text: ConsoleText
    /// Nil where it has none.
    let log: ConsoleLog?
    /// Nil where no alarm is watched for.
    let watch: AlarmWatch?

    func close() {
      text.close()
      watch?.close()
    }
  }

  private let appender: BatchAppender
  private let registry: TerminalRegistry
  private let reactor: Reactor
  private let rights: Rights
  private let alarms: Alarms
  private var settings: ConsoleLogSettings?
  private var readers: [ObjectIdentifier: Reader] = [:]
  /// Whose each file is.
  private var owners: [String: Owner] = [:]
  private var timer: Reactor.Timer?

  /// - Parameters:
  ///   - appender: Writes the files.
  ///   - registry: Has the terminals.
  ///   - rights: Know the targets as they are now.
  ///   - alarms: Know what is watched for.
  ///   - reactor: The loop.
  init(
    _ appender: BatchAppender, registry: TerminalRegistry, rights: Rights, alarms: Alarms,
    reactor: Reactor
  ) {
    self.appender = appender
    self.alarms = alarms
    self.registry = registry
    self.rights = rights
    self.reactor = reactor
  }

  /// Takes other settings, and other targets: open consoles begin to have a log, or have
  /// none any more.
  func take(_ settings: ConsoleLogSettings?, _ rules: [AlarmSetting]) {
    let haveChanged = alarms.take(rules) || settings != self.settings
    if settings != self.settings { owners = [:] }
    self.settings = settings
    for terminal in registry.all where terminal.isConsole || haveChanged {
      let hasLog = readers[ObjectIdentifier(terminal)]?.log != nil
      if haveChanged || hasLog != mayLog(terminal) { follow(terminal) }
    }
    setTimer()
  }

  private func mayLog(_ terminal: Terminal) -> Bool {
    let target = terminal.destination.target
    guard terminal.isConsole else { return false }
    return settings?.includes(rights.targets[target.name] ?? target) == true
  }

  private func follow(_ terminal: Terminal) {
    let key = ObjectIdentifier(terminal)
    // What it has of a line is written first.
    readers[key]?.close()
    readers[key] = nil
    terminal.relay.hear(nil)
    let (log, watch) = (self.log(of: terminal), alarms.watch(over: terminal))
    guard log != nil || watch != nil else { return }
    let text = ConsoleText(of: terminal, self, reactor: reactor)
    readers[key] = Reader(text: text, log: log, watch: watch)
    terminal.relay.hear(text)
    // What was open before it was watched.
    if terminal.isTold, isUp?(terminal) != false { watch?.isUp(true) }
  }

  /// Says whether a console's line is up; nil where it is no console.
  var isUp: ((Terminal) -> Bool?)?

  private func log(of terminal: Terminal) -> ConsoleLog? {
    guard let settings, mayLog(terminal) else { return nil }
    return ConsoleLog(
      "\(settings.directory)/\(name(of: terminal))", hasTimes: settings.hasTimes,
      appender: appender)
  }

  private func name(of terminal: Terminal) -> String {
    let name = LogFileName.name(of: terminal.destination)
    if owners[name] ?? terminal.owner == terminal.owner {
      owners[name] = terminal.owner
      return name
    }
    return LogFileName.longName(of: terminal.destination)
  }

  // MARK: What is said

  func console(_ text: ConsoleText, hasSaid bytes: Int) {
    readers[ObjectIdentifier(text.terminal)]?.watch?.said(bytes)
  }

  func console(_ text: ConsoleText, hasSaid line: [UInt8]) {
    let reader = readers[ObjectIdentifier(text.terminal)]
    reader?.log?.write(line)
    reader?.watch?.said(line)
  }

  // MARK: What happens

  func heard(_ event: TerminalEvent, of terminal: Terminal) {
    if case .opened = event { follow(terminal) }
    guard let reader = readers[ObjectIdentifier(terminal)] else { return }
    switch event {
    case .line(.up): reader.watch?.isUp(true)
    case .line(.down):
      reader.text.flush()
      reader.watch?.isUp(false)
    case .opened where !terminal.isConsole: reader.watch?.isUp(true)
    case .over: reader.close()
    default: break
    }
    if let log = reader.log { write(event, of: terminal, log) }
    if event.isLast { readers[ObjectIdentifier(terminal)] = nil }
  }

  private func write(_ event: TerminalEvent, of terminal: Terminal, _ log: ConsoleLog) {
    switch event {
    case .line(.up): log.write(.opened)
    case .line(.down(let reason, let wasUp)):
      if wasUp { log.write(.closed(reason: reason)) }
    case .alarm(let name): log.write(.alarm(name))
    case .attached(let viewer): log.write(.attached(viewer.person.who))
    case .detached(let viewer): log.write(.detached(viewer.person.who))
    case .types(let viewer, _): log.write(.types(viewer.person.who))
    case .broke(let viewer): log.write(.sentBreak(viewer.person.who))
    case .noted(let note, let viewer): log.write(.note(note.text, by: viewer.person.who))
    case .over:
      if terminal.endReason != nil, terminal.endReason != .over {
        log.write(.closed(reason: terminal.endReason?.text ?? ""))
      }
    case .opened, .sending: break
    }
  }

  // MARK: Marks

  private func setTimer() {
    guard let settings else { return reactor.remove(&timer) }
    let mark = Int(settings.mark.components.seconds)
    // At round times of the clock.
    let left = mark - UnixTime.now % mark
    reactor.set(&timer, to: reactor.now + .seconds(left), handler: self)
  }

  func timerFired(now: MonotonicInstant) {
    for reader in readers.values { reader.log?.mark() }
    setTimer()
  }

  /// Writes what is there of unfinished lines: the server ends.
  func close() {
    reactor.remove(&timer)
    for reader in readers.values { reader.close() }
  }
}

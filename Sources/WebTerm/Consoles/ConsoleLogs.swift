// The logs of all consoles: which of them have one, and what comes into it.

import EventLoop

/// Writes what consoles say and what happens there. It listens to the terminals, reads each console
/// that has a log, and leaves the files to a thread.
final class ConsoleLogs: TerminalListener, ConsoleTextObserver, TimerHandler {
  /// One console that is read.
  private struct Reader {
    let text: ConsoleText
    let log: ConsoleLog
  }

  private let appender: BatchAppender
  private let registry: TerminalRegistry
  private let reactor: Reactor
  private let rights: Rights
  private var settings: ConsoleLogSettings?
  private var readers: [ObjectIdentifier: Reader] = [:]
  /// Whose each file is.
  private var owners: [String: Owner] = [:]
  private var timer: Reactor.Timer?

  /// - Parameters:
  ///   - appender: Writes the files.
  ///   - registry: Has the terminals.
  ///   - rights: Know the targets as they are now.
  ///   - reactor: The loop.
  init(
    _ appender: BatchAppender, registry: TerminalRegistry, rights: Rights, reactor: Reactor
  ) {
    self.appender = appender
    self.registry = registry
    self.rights = rights
    self.reactor = reactor
  }

  /// Takes other settings, and other targets: consoles that are open begin to have a log, or have none
  /// any more.
  func take(_ settings: ConsoleLogSettings?) {
    let isOther = settings != self.settings
    self.settings = settings
    if isOther { owners = [:] }
    for terminal in registry.allConsoles {
      let reader = readers[ObjectIdentifier(terminal)]
      if reader == nil || isOther || !mayLog(terminal) { follow(terminal) }
    }
    setTimer()
  }

  private func mayLog(_ terminal: Terminal) -> Bool {
    let target = terminal.destination.target
    return settings?.includes(rights.targets[target.name] ?? target) == true
  }

  private func follow(_ terminal: Terminal) {
    let key = ObjectIdentifier(terminal)
    let former = readers.removeValue(forKey: key)
    former?.text.close()
    terminal.relay.hear(nil)
    guard let settings, mayLog(terminal) else { return }
    let log = ConsoleLog(
      "\(settings.directory)/\(name(of: terminal))", hasTimes: settings.hasTimes,
      appender: appender)
    let text = ConsoleText(of: terminal, self, reactor: reactor)
    readers[key] = Reader(text: text, log: log)
    terminal.relay.hear(text)
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

  func console(_ text: ConsoleText, hasSaid bytes: Int) {}

  func console(_ text: ConsoleText, hasSaid line: [UInt8]) {
    readers[ObjectIdentifier(text.terminal)]?.log.write(line)
  }

  // MARK: What happens

  func heard(_ event: TerminalEvent, of terminal: Terminal) {
    guard terminal.isConsole else { return }
    if case .opened = event, settings != nil { follow(terminal) }
    guard let reader = readers[ObjectIdentifier(terminal)] else { return }
    switch event {
    case .line(.up): reader.log.write(.opened)
    case .line(.down(let reason, let wasUp)):
      reader.text.flush()
      if wasUp { reader.log.write(.closed(reason: reason)) }
    case .attached(let viewer): reader.log.write(.attached(viewer.person.who))
    case .detached(let viewer): reader.log.write(.detached(viewer.person.who))
    case .types(let viewer, _): reader.log.write(.types(viewer.person.who))
    case .broke(let viewer): reader.log.write(.sentBreak(viewer.person.who))
    case .noted(let note, let viewer): reader.log.write(.note(note.text, by: viewer.person.who))
    case .over:
      reader.text.close()
      if terminal.endReason != nil, terminal.endReason != .over {
        reader.log.write(.closed(reason: terminal.endReason?.rawValue ?? ""))
      }
      readers[ObjectIdentifier(terminal)] = nil
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
    for reader in readers.values { reader.log.mark() }
    setTimer()
  }

  /// Writes what is there of unfinished lines: the server ends.
  func close() {
    reactor.remove(&timer)
    for reader in readers.values { reader.text.close() }
  }
}

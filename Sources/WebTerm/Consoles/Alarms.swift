// The alarms of all terminals: which rules watch which of them, how often each was raised, and
// which were seen.

import EventLoop

/// What consoles and other terminals are watched for.
final class Alarms: TerminalListener {
  /// An alarm of one line.
  struct Count {
    let name: String
    let destination: Destination
    var count = 0
    /// When it was raised last, in Unix seconds.
    var last = 0
  }

  /// An alarm that no person has seen who may do something about it.
  struct Mark {
    let name: String
    /// In Unix seconds.
    let at: Int
  }

  private struct Key: Hashable {
    let name: String
    let target: String
    let port: UInt16
  }

  private let registry: TerminalRegistry
  private let reactor: Reactor
  private var settings: [AlarmSetting] = []
  private var rules: [AlarmRule] = []
  private var counts: [Key: Count] = [:]
  private var marks: [ObjectIdentifier: Mark] = [:]

  /// - Parameters:
  ///   - registry: Has the terminals, and tells of alarms.
  ///   - reactor: The loop.
  init(registry: TerminalRegistry, reactor: Reactor) {
    self.registry = registry
    self.reactor = reactor
  }

  /// Takes other rules.
  ///
  /// - Returns: Whether they are other ones.
  func take(_ settings: [AlarmSetting]) -> Bool {
    guard settings != self.settings else { return false }
    let rules = settings.map { ($0, $0.rule) }.filter { $0.1 != nil }
    self.settings = settings
    self.rules = rules.compactMap(\.1)
    return true
  }

  /// What watches a terminal; nil where nothing does.
  func watch(over terminal: Terminal) -> AlarmWatch? {
    let rules = zip(settings, rules).filter { $0.0.watches(terminal) }.map(\.1)
    guard !rules.isEmpty else { return nil }
    return AlarmWatch(rules, reactor: reactor) { [unowned self, unowned terminal] rule in
      raise(rule.name, at: terminal)
    }
  }

  private func raise(_ name: String, at terminal: Terminal) {
    let destination = terminal.destination
    let key = Key(name: name, target: destination.target.name, port: destination.port)
    counts[key, default: Count(name: name, destination: destination)].count += 1
    counts[key]?.last = UnixTime.now
    if !terminal.viewers.here.contains(where: { Self.mayAct($0.person) }) {
      marks[ObjectIdentifier(terminal)] = Mark(name: name, at: UnixTime.now)
    }
    registry.events.tell(.alarm(name), of: terminal)
  }

  private static func mayAct(_ person: Person) -> Bool { person.standing != .watcher }

  /// The alarm of a terminal that was not seen yet.
  func mark(of terminal: Terminal) -> Mark? { marks[ObjectIdentifier(terminal)] }

  /// All that were raised so far, in order of their names and lines.
  var raised: [Count] {
    counts.values.sorted {
      ($0.name, $0.destination.target.name, $0.destination.port)
        < ($1.name, $1.destination.target.name, $1.destination.port)
    }
  }

  func heard(_ event: TerminalEvent, of terminal: Terminal) {
    switch event {
    case .attached(let viewer) where Self.mayAct(viewer.person):
      marks[ObjectIdentifier(terminal)] = nil
    case .over: marks[ObjectIdentifier(terminal)] = nil
    default: break
    }
  }
}

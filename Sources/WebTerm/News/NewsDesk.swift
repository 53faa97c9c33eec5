// Who has which line open: told to all directories that somebody looks at.

import EventLoop

/// Somebody who is told. The desk knows no more of them.
protocol NewsReader: AnyObject {
  /// Whose eyes it has.
  var visitor: Visitor { get }

  /// Something has happened to a terminal, which pages know by that key.
  func hear(of terminal: TerminalID, key: Int)

  /// There are other targets, or other rights.
  func hearOfTargets()

  /// Has no business here any more.
  func end()
}

/// Passes on what happens to terminals.
final class NewsDesk {
  private let registry: TerminalRegistry
  private let rights: Rights
  private var readers: [ObjectIdentifier: any NewsReader] = [:]
  /// What pages call the terminals: an ID is for its owner alone.
  private var keys: [TerminalID: Int] = [:]
  private var lastKey = 0

  init(registry: TerminalRegistry, rights: Rights) {
    self.registry = registry
    self.rights = rights
  }

  func add(_ reader: any NewsReader) {
    readers[ObjectIdentifier(reader)] = reader
  }

  func remove(_ reader: any NewsReader) {
    readers[ObjectIdentifier(reader)] = nil
  }

  /// Something has happened to a terminal.
  func tell(_ terminal: Terminal, isOver: Bool) {
    guard !readers.isEmpty else {
      // Nobody knows a key of it.
      keys[terminal.id] = nil
      return
    }
    let key = key(of: terminal)
    for reader in readers.values { reader.hear(of: terminal.id, key: key) }
    if isOver { keys[terminal.id] = nil }
  }

  /// There are other targets, or other rights.
  func tellOfTargets() {
    for reader in readers.values { reader.hearOfTargets() }
  }

  /// Ends the channels of logins that are gone.
  func endRevoked(_ isKnown: (Login) -> Bool) {
    for reader in Array(readers.values) {
      guard let login = reader.visitor.login, !isKnown(login) else { continue }
      reader.end()
    }
  }

  /// What a visitor sees of a terminal; nil where that is nothing, or it is over.
  func entry(
    _ id: TerminalID, key: Int, for visitor: Visitor, now: MonotonicInstant
  ) -> JSONText? {
    guard let terminal = registry.find(id) else { return nil }
    let summary = TerminalSummary(terminal, now: now)
    let common: [(String, JSONText)] = [
      ("key", .number(key)), ("age", .number(summary.seconds)),
    ]
    if terminal.visitor.owner == visitor.owner { return .object(summary.placeFields + common) }
    guard let other = terminal.visitor.login, visitor.login != nil,
      rights.sees(terminal.destination, visitor.login)
    else { return nil }
    return .object(
      [
        ("target", .string(summary.target)),
        ("method", .string(terminal.destination.method.rawValue)),
        ("port", .number(Int(terminal.destination.port))), ("by", .string(other.name.text)),
      ] + common)
  }

  /// All live terminals, with what pages call them.
  var terminals: [(key: Int, id: TerminalID)] {
    registry.all.map { (key: key(of: $0), id: $0.id) }.sorted { $0.key < $1.key }
  }

  private func key(of terminal: Terminal) -> Int {
    if let key = keys[terminal.id] { return key }
    lastKey += 1
    keys[terminal.id] = lastKey
    return lastKey
  }
}

// Who may say what at a terminal: one table of rights, roles and messages.

/// A message of a page, as far as a right hangs on it.
enum MessageKind: CaseIterable, Sendable {
  case hello, input, resize, acknowledge, ping, close, `break`, sending
  case control, force, give, deny, release
  case sees, note, share, unshare, links
}

/// What becomes of a message that is well-formed. One that is not is always ``bad``.
enum Verdict: CaseIterable, Sendable {
  /// It does what it says.
  case allowed
  /// It ends this viewer's place at the terminal, and not the terminal (`close`).
  case leaves
  /// Nothing happens, and nothing is said.
  case dropped
  /// Nothing happens; the viewer is told its role.
  case role
  /// Nothing happens; the viewer is told so by a `notice`, and the audit log has it.
  case refused
  /// The channel ends with 4000.
  case bad
}

/// The table.
///
/// | | typist | owner, operator | visitor | guest | watcher |
/// |---|---|---|---|---|---|
/// | ack, ping, resize, sees, note | yes | yes | yes | yes | yes |
/// | input, break | yes | role | role | role | role |
/// | sending | yes | dropped | dropped | dropped | dropped |
/// | control | role | yes | yes | yes | role |
/// | force | role | yes | yes | where nobody types, else role | role |
/// | give, deny, release | yes | role | role | role | role |
/// | close, private terminal | yes | yes | leaves | leaves | leaves |
/// | close, console | leaves | leaves | leaves | leaves | leaves |
/// | share, unshare, links | by its right | yes | yes | refused | refused |
/// | hello | 4000 | 4000 | 4000 | 4000 | 4000 |
enum MessageTable {
  /// - Parameters:
  ///   - message: What was said.
  ///   - standing: By what right its viewer is here.
  ///   - role: What its viewer is.
  ///   - isConsole: Whether the terminal is no visitor's own.
  ///   - isFree: Whether there is no typist.
  /// - Returns: What becomes of it.
  static func verdict(
    on message: MessageKind, of standing: Standing, _ role: Role, isConsole: Bool, isFree: Bool
  ) -> Verdict {
    let types = role == .type
    return switch message {
    case .acknowledge, .ping, .resize, .sees, .note: .allowed
    case .input, .break, .give, .deny, .release: types ? .allowed : .role
    case .sending: types ? .allowed : .dropped
    case .control: !types && standing.mayType ? .allowed : .role
    case .force:
      !types && (standing.mayForce || isFree && standing.mayType) ? .allowed : .role
    case .close: !isConsole && (types || standing >= .operator) ? .allowed : .leaves
    case .share, .unshare, .links: standing.mayShare ? .allowed : .refused
    case .hello: .bad
    }
  }
}

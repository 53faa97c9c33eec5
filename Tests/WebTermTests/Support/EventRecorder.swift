// A listener to terminals that a test writes down as a closure.

@testable import WebTerm

/// Passes on what happens to terminals.
final class EventRecorder: TerminalListener {
  private let told: (Terminal, TerminalEvent) -> Void

  init(_ told: @escaping (Terminal, TerminalEvent) -> Void) {
    self.told = told
  }

  func heard(_ event: TerminalEvent, of terminal: Terminal) { told(terminal, event) }
}

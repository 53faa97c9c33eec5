// What operators do to terminals, from a page or from a shell.

import EventLoop

/// Tells those who look at terminals something, and ends terminals. All of it stands in the log and
/// the audit log, with who has done it.
final class Operations: TurnEndHandler {
  var turnEndMark = TurnEndMark()
  /// Of so many viewers about one turn tells something, where all are told.
  static let toldPerTurn = 256
  /// So many messages to all may wait for their turn.
  static let mostWaiting = 8

  /// A message that is on its way to all.
  private struct ToAll {
    let notice: ViewerNotice
    /// The terminal that was opened last when it was said.
    let last: Int
    /// The terminals up to this one were told.
    var told = 0
  }

  private let registry: TerminalRegistry
  private let reactor: Reactor
  private var waiting: [ToAll] = []
  /// Told what an operator has said to whom.
  var report: ((_ event: String, _ fields: [Log.Field]) -> Void)?

  init(registry: TerminalRegistry, reactor: Reactor) {
    self.registry = registry
    self.reactor = reactor
  }

  /// Tells those who look something.
  ///
  /// - Parameters:
  ///   - text: A valid one (``OperatorText``).
  ///   - id: At which terminal; nil is at all of them.
  ///   - actor: Who says it.
  /// - Returns: What is wrong; nil where nothing is.
  func tell(_ text: String, to id: String?, by actor: Operator) -> String? {
    let notice = ViewerNotice(text, kind: .operator)
    guard let id else { return tellAll(notice, by: actor) }
    guard let terminal = registry.find(id) else { return Self.missing(id) }
    report?(
      "operator message",
      [("terminal", "\(terminal.id)")] + terminal.destination.fields + actor.fields + [
        ("text", text)
      ])
    terminal.tell(notice)
    return nil
  }

  private func tellAll(_ notice: ViewerNotice, by actor: Operator) -> String? {
    guard waiting.count < Self.mostWaiting else {
      return "several messages to all are on their way: say it again in a moment"
    }
    report?(
      "operator message",
      [("terminal", "all"), ("count", "\(registry.count)")] + actor.fields
        + [("text", notice.text)])
    waiting.append(ToAll(notice: notice, last: registry.opened.last))
    if waiting.count == 1 { reactor.atTurnEnd(self) }
    return nil
  }

  func turnEnds() {
    guard var message = waiting.first else { return }
    var left = Self.toldPerTurn
    let page = registry.opened.page(after: message.told, atMost: Self.toldPerTurn)
      .prefix { $0.number <= message.last }
    for terminal in page where left > 0 {
      terminal.tell(message.notice)
      // A terminal without viewers costs something, too.
      left -= max(1, terminal.viewers.here.count)
      message.told = terminal.number
    }
    let isToldToPage = message.told == page.last?.number ?? message.told
    if isToldToPage, page.count < Self.toldPerTurn {
      waiting.removeFirst()
    } else {
      waiting[0] = message
    }
    if !waiting.isEmpty { reactor.atTurnEnd(self) }
  }

  /// Ends a terminal.
  ///
  /// - Parameters:
  ///   - id: Which one.
  ///   - reason: For its viewers; nil where they are told no more than that it has ended.
  ///   - actor: Who ends it.
  /// - Returns: What is wrong; nil where nothing is.
  func end(_ id: String, reason: String?, by actor: Operator) -> String? {
    guard let terminal = registry.find(id) else { return Self.missing(id) }
    terminal.terminate(reason.map { .operator(reason: $0, by: actor) } ?? .administrator)
    return nil
  }

  private static func missing(_ id: String) -> String {
    "there is no terminal \(id.cut(to: 100))"
  }
}

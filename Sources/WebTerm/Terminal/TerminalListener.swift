// Who hears what happens to terminals.

/// What has happened to a terminal.
enum TerminalEvent {
  case opened
  /// A viewer has come, or is back.
  case attached(Viewer)
  /// A viewer's channel is gone.
  case detached(Viewer)
  /// Another viewer types from now on, through whose deed.
  case types(Viewer, by: Viewer)
  /// A viewer has said a line to all who are there.
  case noted(Note, by: Viewer)
  /// A viewer has sent a break.
  case broke(Viewer)
  /// What was typed has gone to so many terminals at once; 0 is to this one alone again.
  case sending(to: Int)
  /// The line to which a console leads is up or down.
  case line(LineChange)
  /// A rule of that name has raised an alarm.
  case alarm(String)
  case over

  /// Whether nothing more happens to it.
  var isLast: Bool { if case .over = self { true } else { false } }

  /// Whose deed it was; nil where that is the owner's, or none's.
  var person: Person? {
    switch self {
    case .attached(let viewer), .detached(let viewer), .types(let viewer, _),
      .noted(_, let viewer), .broke(let viewer):
      viewer.person
    case .opened, .sending, .line, .alarm, .over: nil
    }
  }

  /// For the logs.
  var word: String {
    switch self {
    case .opened: "opened"
    case .attached: "attached"
    case .detached: "detached"
    case .types: "types"
    case .noted: "note"
    case .broke: "break"
    case .sending: "sending"
    case .alarm: "alarm"
    case .line(.up): "line up"
    case .line(.down): "line down"
    case .over: "ended"
    }
  }
}

/// What has become of a line.
enum LineChange: Equatable {
  case up
  /// Why, in a sentence, and whether it was up before.
  case down(reason: String, wasUp: Bool)
}

/// A listener to all terminals: the logs, the metrics, the news, and whatever comes later.
///
/// Listeners are told one after the other, in the turn in which it happens: each does little.
protocol TerminalListener: AnyObject {
  /// Something has happened to a terminal.
  func heard(_ event: TerminalEvent, of terminal: Terminal)
}

/// Those that hear what happens to the terminals of one registry, in the order in which they came.
struct TerminalEvents {
  /// Its owner keeps it: most of them know the registry.
  private struct Place {
    weak var listener: (any TerminalListener)?
  }

  private var places: [Place] = []

  /// Adds a listener, for as long as it lives.
  mutating func add(_ listener: any TerminalListener) {
    places.append(Place(listener: listener))
  }

  /// Tells all listeners.
  func tell(_ event: TerminalEvent, of terminal: Terminal) {
    for place in places { place.listener?.heard(event, of: terminal) }
  }
}

/// Tells a service that is no listener of terminals that are over.
final class EndedTerminals: TerminalListener {
  private let told: (Terminal) -> Void

  init(_ told: @escaping (Terminal) -> Void) {
    self.told = told
  }

  func heard(_ event: TerminalEvent, of terminal: Terminal) {
    if event.isLast { told(terminal) }
  }
}

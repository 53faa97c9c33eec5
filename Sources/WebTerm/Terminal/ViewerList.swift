// Who is at a terminal, as everybody there is told.

import EventLoop

/// All viewers of a terminal at one time: made once, and told to all of them.
final class ViewerList: Equatable {
  /// One of them.
  struct Entry: Equatable {
    let viewer: Int
    let who: String
    let role: Role
    /// Since when, in Unix seconds.
    let since: Int
    let size: TerminalSize
    /// Whether the page is in sight.
    let sees: Bool
  }

  let entries: [Entry]
  /// Bytes typed since the last Enter.
  let begun: Int
  /// The message that says it; made by the first channel that tells it, and the same for all.
  var encoded: [UInt8]?

  init(_ entries: [Entry], begun: Int) {
    self.entries = entries
    self.begun = begun
  }

  static func == (a: ViewerList, b: ViewerList) -> Bool {
    a.entries == b.entries && a.begun == b.begun
  }
}

/// A line to everybody who is at a terminal.
struct Note: Equatable {
  let who: String
  let text: String
  /// When, in Unix seconds.
  let at: Int
}

/// What a viewer is told of the others.
enum ViewerNews {
  /// What it may do now, by whose deed; nil where it was no viewer's.
  case role(Role, by: String?)
  /// Another viewer asks for the keyboard.
  case asked(viewer: Int, who: String)
  /// Not now.
  case denied
  case viewers(ViewerList)
  case note(Note)
  case notice(ViewerNotice)
}

/// Text for visitors that is not the host's.
final class ViewerNotice: Equatable {
  enum Kind: String {
    case warning
    /// An operator's.
    case `operator`
  }

  let text: String
  let kind: Kind
  /// The message that says it; made by the first channel that tells it, and the same for all.
  var encoded: [UInt8]?

  init(_ text: String, kind: Kind = .warning) {
    self.text = text
    self.kind = kind
  }

  static func == (a: ViewerNotice, b: ViewerNotice) -> Bool {
    a.text == b.text && a.kind == b.kind
  }
}

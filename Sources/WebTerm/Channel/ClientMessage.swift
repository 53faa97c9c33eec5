// What a page may say in a text message.

/// A text message of the subprotocol `webterm.v1`, page to server.
enum ClientMessage: Equatable {
  /// Where a page wants to go on in a terminal that lives already.
  struct Resume: Equatable {
    let terminal: String
    /// The offset of the output byte that it wants next; 0 is all that history holds.
    let output: Int
    /// The viewer that it was, by number; nil for a new one.
    var viewer: Int?
  }

  /// How a page begins.
  struct Hello: Equatable {
    /// Its window.
    let size: TerminalSize
    /// What it would like to be.
    var wish = Role.type
    /// What a guest calls itself.
    var name: String?
    var resume: Resume?
  }

  case hello(Hello)
  case resize(TerminalSize)
  case acknowledge(output: Int)
  case ping(id: Int)
  case close
  /// A break on the line.
  case `break`
  /// The page says that what is typed here goes to so many terminals at once from now on; 0 is to
  /// this one alone again.
  case sending(to: Int)
  /// Asks for the keyboard; with force it is taken.
  case control(force: Bool)
  /// Hands the keyboard over to a viewer.
  case give(viewer: Int)
  /// Says not now to a viewer that asks.
  case deny(viewer: Int)
  /// Types no more.
  case release
  /// The page came into sight, or went out of it.
  case sees(Bool)
  /// A line to everybody at the terminal.
  case note(String)
  /// Makes a link to the terminal.
  case share(SharedLinkRequest)
  /// Calls a link back; nil for a name that no link has.
  case unshare(link: Int?)
  /// Asks for the list of links.
  case links
  /// A type that this server does not know: a newer page's.
  case unknown

  /// What rights it hangs on; nil for one that does nothing.
  var kind: MessageKind? {
    switch self {
    case .hello: .hello
    case .resize: .resize
    case .acknowledge: .acknowledge
    case .ping: .ping
    case .close: .close
    case .break: .break
    case .sending: .sending
    case .control(let force): force ? .force : .control
    case .give: .give
    case .deny: .deny
    case .release: .release
    case .sees: .sees
    case .note: .note
    case .share: .share
    case .unshare: .unshare
    case .links: .links
    case .unknown: nil
    }
  }

  /// Not JSON, or a field is missing, of the wrong type or out of range.
  struct Problem: Error, Equatable {
    /// What is wrong, in a few words.
    let reason: String
  }

  /// Reads a message.
  ///
  /// - Throws: ``Problem``.
  init(_ text: [UInt8]) throws(Problem) {
    let fields: ClientMessageFields
    do {
      fields = try ClientMessageFields(text)
    } catch {
      throw Problem(reason: "the message is not a JSON object with fields of the right types")
    }
    self = try fields.message()
  }

  /// The longest line to everybody, in characters.
  static let longestNote = 1000
}

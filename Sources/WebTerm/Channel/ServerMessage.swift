// What the server says in a text message.

/// A text message of the subprotocol `webterm.v1`, server to page.
enum ServerMessage: Equatable {
  /// What a page needs to know when it is attached.
  struct Welcome: Equatable {
    let terminal: String
    let output: Int
    let input: Int
    let room: Int
    let isResumed: Bool
    let missed: Int
    let window: Int
    /// The viewer's number in the terminal.
    let viewer: Int
    /// What the viewer may do.
    let role: Role
    /// How often another viewer than the one before has come to type.
    let turn: Int
    /// The terminal's size.
    let size: TerminalSize
    /// The highest output offset that was ever sent to a page that answers: questions before it are
    /// old ones.
    let seen: Int
    /// How long the terminal outlives its channel, in seconds.
    let detached: Int
    /// How many bytes of the binary messages that follow paint the screen as it was before the
    /// output.
    let screen: Int
    /// Which size the screen had from which output byte on.
    let sizes: [[Int]]
    /// How long nothing may be done from now on, in seconds; nil where that is for ever.
    var idle: Int? = nil
  }

  case welcome(Welcome)
  case input(Int, room: Int)
  case pong(id: Int, input: Int, room: Int)
  case exit(RemoteEnd)
  case error(ChannelError)
  /// Words for the visitor that are not the host's.
  case notice(String, kind: ViewerNotice.Kind = .warning)
  /// So many bytes are missed; output goes on at an offset, and so many bytes before paint the
  /// screen as it is there.
  case skip(Int, missed: Int, screen: Int)
  /// What the viewer may do from now on, by whose deed, and its input as in the welcome. What the
  /// host asked before the offset `seen` has its answers.
  case role(Role, turn: Int, by: String?, input: Int, room: Int, seen: Int)
  /// A viewer asks for the keyboard.
  case asked(viewer: Int, who: String)
  /// The keyboard is not given to that viewer now.
  case denied(viewer: Int)
  /// The terminal has that size from here on.
  case size(TerminalSize)
  /// Who is here.
  case viewers(ViewerList)
  /// A viewer says that to all who are here.
  case note(Note)
  /// A link was made; its token is told this once.
  case shared(SharedLink, token: String)
  /// The links that the viewer may see, whose owner that is.
  case links([SharedLink], of: Owner)
  /// Come back after so many milliseconds.
  case goaway(retry: Int)

  /// The message's JSON.
  var json: String { JSONText.object(fields).text }

  /// The message that tells who is here: made once for all that are told.
  static func encoded(_ list: ViewerList) -> [UInt8] {
    let encoded = list.encoded ?? Array(viewers(list).json.utf8)
    list.encoded = encoded
    return encoded
  }

  /// The message of a notice: made once for all that are told.
  static func encoded(_ notice: ViewerNotice) -> [UInt8] {
    let encoded = notice.encoded ?? Array(Self.notice(notice.text, kind: notice.kind).json.utf8)
    notice.encoded = encoded
    return encoded
  }

  private var fields: [(String, JSONText)] {
    switch self {
    case .welcome(let welcome): welcome.fields
    case .input(let input, let room):
      [("type", .string("input")), ("input", .number(input)), ("room", .number(room))]
    case .pong(let id, let input, let room):
      [
        ("type", .string("pong")), ("id", .number(id)), ("input", .number(input)),
        ("room", .number(room)),
      ]
    case .exit(.exited(let code, nil)): [("type", .string("exit")), ("code", .number(Int(code)))]
    case .exit(.exited(let code, let reason?)):
      [("type", .string("exit")), ("code", .number(Int(code))), ("reason", .string(reason))]
    case .exit(.hostKeyChanged):
      ServerMessage.exit(
        .exited(code: 255, reason: "The host's key is not the one that is known here.")
      ).fields
    case .exit(.closed(let reason)): [("type", .string("exit")), ("reason", .string(reason))]
    case .exit(.signalled(let name)): [("type", .string("exit")), ("signal", .string(name))]
    case .exit(.failed(let message)): Self.error(.spawn(message)).fields
    case .error(let error):
      [
        ("type", .string("error")), ("code", .string(error.word)),
        ("message", .string(error.message)),
      ]
    case .notice(let text, let kind):
      [("type", .string("notice")), ("kind", .string(kind.rawValue)), ("message", .string(text))]
    case .skip(let output, let missed, let screen):
      [
        ("type", .string("skip")), ("output", .number(output)), ("missed", .number(missed)),
        ("screen", .number(screen)),
      ]
    case .role(let role, let turn, let by, let input, let room, let seen):
      [("type", .string("role")), ("role", .string(role.rawValue)), ("turn", .number(turn))]
        + (by.map { [("by", .string($0))] } ?? [])
        + [("input", .number(input)), ("room", .number(room)), ("seen", .number(seen))]
    case .asked(let viewer, let who):
      [("type", .string("asked")), ("viewer", .number(viewer)), ("who", .string(who))]
    case .denied(let viewer): [("type", .string("denied")), ("viewer", .number(viewer))]
    case .size(let size):
      [("type", .string("size")), ("cols", .number(size.columns)), ("rows", .number(size.rows))]
    case .viewers(let list):
      [
        ("type", .string("viewers")), ("viewers", .array(list.entries.map(\.json))),
        ("begun", .number(list.begun)),
      ]
    case .note(let note):
      [
        ("type", .string("note")), ("who", .string(note.who)), ("at", .number(note.at)),
        ("text", .string(note.text)),
      ]
    case .shared(let link, let token):
      [
        ("type", .string("shared")), ("link", .string("\(link.number)")),
        ("token", .string(token)), ("role", .string(link.role.rawValue)),
        ("expires", .number(link.expires)), ("uses", .number(link.uses)),
      ]
    case .links(let links, let owner):
      [("type", .string("links")), ("links", .array(links.map { $0.json(for: owner) }))]
    case .goaway(let retry): [("type", .string("goaway")), ("retry", .number(retry))]
    }
  }
}

extension ServerMessage.Welcome {
  fileprivate var fields: [(String, JSONText)] {
    [
      ("type", .string("welcome")), ("terminal", .string(terminal)), ("output", .number(output)),
      ("input", .number(input)), ("room", .number(room)), ("resumed", .boolean(isResumed)),
      ("missed", .number(missed)), ("window", .number(window)),
      ("viewer", .number(viewer)), ("role", .string(role.rawValue)), ("turn", .number(turn)),
      ("cols", .number(size.columns)), ("rows", .number(size.rows)), ("seen", .number(seen)),
      ("detached", .number(detached)), ("screen", .number(screen)),
      ("sizes", .array(sizes.map { .array($0.map { .number($0) }) })),
    ] + (idle.map { [("idle", .number($0))] } ?? [])
  }
}

extension ViewerList.Entry {
  fileprivate var json: JSONText {
    .object([
      ("viewer", .number(viewer)), ("who", .string(who)), ("role", .string(role.rawValue)),
      ("since", .number(since)), ("cols", .number(size.columns)), ("rows", .number(size.rows)),
      ("sees", .boolean(sees)),
    ])
  }
}

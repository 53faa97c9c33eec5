// What a host may switch on and off, and what it may name.

/// The modes of an emulator (ECMA-48 and DEC private ones).
struct Modes: Equatable {
  enum MouseProtocol: Int {
    case none = 0
    case x10 = 9
    case buttons = 1000
    case drag = 1002
    case all = 1003
  }

  enum MouseEncoding: Int {
    case standard = 0
    case sgr = 1006
    case sgrPixels = 1016
  }

  enum CursorStyle: Int {
    case block = 1
    case underline = 3
    case bar = 5
  }

  var applicationCursorKeys = false
  var applicationKeypad = false
  var bracketedPaste = false
  var insert = false
  var origin = false
  var reverseWraparound = false
  var sendFocus = false
  var wraparound = true
  var isCursorHidden = false
  var mouseProtocol = MouseProtocol.none
  var mouseEncoding = MouseEncoding.standard
  /// Nil where the host has not said: then it is as the page's user wants it.
  var cursorStyle: CursorStyle?
  var cursorBlink: Bool?
  /// Whether a line feed is a carriage return, too.
  var newLine = false

  /// What DECSTR and RIS set back.
  mutating func setBack() {
    applicationCursorKeys = false
    applicationKeypad = false
    bracketedPaste = false
    insert = false
    origin = false
    reverseWraparound = false
    sendFocus = false
    wraparound = true
  }

  /// Takes what survives a full reset: the emulator has these among its settings.
  mutating func keep(_ former: Modes) {
    cursorStyle = former.cursorStyle
    cursorBlink = former.cursorBlink
    newLine = former.newLine
    isCursorHidden = former.isCursorHidden
  }
}

/// The window's title and those below it, in UTF-8.
struct Titles: Equatable {
  /// So many are kept; the oldest goes.
  private static let most = 10

  /// Nil where the host has not said.
  private(set) var title: [UInt8]?
  private(set) var stack: [[UInt8]] = []

  /// Memory that they take, in bytes, about.
  var bytes: Int { stack.reduce(title?.count ?? 0) { $0 + $1.count } }

  mutating func set(_ title: [UInt8]) { self.title = title }

  mutating func push() {
    stack.append(title ?? [])
    if stack.count > Self.most { stack.removeFirst() }
  }

  mutating func pop() {
    if let former = stack.popLast() { title = former }
  }
}

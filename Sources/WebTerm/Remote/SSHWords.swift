// What ssh says for itself: which of it a visitor should read, and what it says about the end.

/// Reads ssh's standard error, line by line.
///
/// Nothing in it is the host's but its banner: whatever the host says later comes through the terminal.
struct SSHWords {
  /// What is kept back while ssh explains that the host's key has changed: the words of our own say it shorter, and ssh's
  /// name files of this machine.
  private enum State {
    case ordinary
    case warning([UInt8])
  }

  /// Lines that say nothing to a visitor.
  private static let noise = ["Warning: Permanently added ", "Pseudo-terminal will not "]
  /// Lines that are about the end: they are shown after everything that the host has said.
  private static let farewells = [
    "Connection to ", "Connection closed by ", "Connection reset by ", "client_loop: ",
    "Timeout, server ",
    "Received disconnect from ", "Disconnected from ", "Read from remote host ", "Broken pipe",
  ]
  /// ssh's warnings stand in a frame.
  private static let frame = UInt8(ascii: "@")
  /// A warning and what follows it, in bytes.
  private static let longestWarning = 8192

  /// Files of this machine that ssh may name.
  private let files: [String]
  private var state = State.ordinary
  private var line: [UInt8] = []
  /// Lines for the end.
  private(set) var farewell: [UInt8] = []
  /// Why there was no session, or none any more, in a sentence; nil where ssh has not said.
  private(set) var reason: String?

  /// - Parameter files: Of this machine, by absolute path: no line that names one is shown.
  init(hiding files: [String]) {
    self.files = files + ["/nonexistent"]
  }

  /// What ssh showed of a host's key that is not the known one.
  var warning: HostKeyWarning? {
    if case .warning(let words) = state { HostKeyWarning(words) } else { nil }
  }

  /// Takes in what ssh has said; returns what a visitor should read now, as a terminal wants it.
  mutating func take(_ words: [UInt8]) -> [UInt8] {
    var shown: [UInt8] = []
    for byte in words {
      guard byte != UInt8(ascii: "\r") else { continue }
      line.append(byte)
      if byte == UInt8(ascii: "\n") { shown += endLine() }
    }
    return shown
  }

  /// Nothing more was said for now: a notice may end without a line's end, and is shown before the question that follows it.
  mutating func flush() -> [UInt8] { line.isEmpty ? [] : endLine() }

  /// What is left when ssh has ended.
  mutating func finish() -> [UInt8] {
    defer { farewell = [] }
    return flush() + farewell
  }

  private mutating func endLine() -> [UInt8] {
    defer { line = [] }
    if case .warning(let words) = state {
      if words.count < Self.longestWarning { state = .warning(words + line) }
      return []
    }
    guard line[0] != Self.frame else {
      // Of a warning's frame only what is inside says which one it is.
      if String(decoding: line, as: UTF8.self).contains("HOST IDENTIFICATION HAS CHANGED") {
        state = .warning(line)
      }
      return []
    }
    let text = String(decoding: line.filter { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    reason = Self.reason(text) ?? reason
    let isPlainEnd = text.hasPrefix("Connection to ") && text.hasSuffix(" closed.")
    if isPlainEnd || Self.noise.contains(where: text.hasPrefix)
      || files.contains(where: text.contains)
    {
      return []
    }
    let shown = line.flatMap { $0 == UInt8(ascii: "\n") ? [UInt8(ascii: "\r"), $0] : [$0] }
    guard !Self.farewells.contains(where: text.hasPrefix) else {
      farewell += shown
      return []
    }
    return shown
  }

  // MARK: The end in words

  private struct Reason {
    /// How the line begins.
    let start: String
    /// What it holds.
    let part: String
    let words: String
  }

  private static let reasons = [
    Reason(
      start: "ssh: connect to host ", part: "Connection refused",
      words: "The host refused the connection."),
    Reason(
      start: "ssh: connect to host ", part: "timed out", words: "The host did not answer in time."),
    Reason(start: "ssh: connect to host ", part: "", words: "The host cannot be reached."),
    Reason(
      start: "ssh: Could not resolve hostname ", part: "", words: "The host's name is not known."),
    Reason(
      start: "Host key verification failed", part: "", words: "The host's key was not accepted."),
    Reason(
      start: "Connection timed out during banner exchange", part: "",
      words: "The host did not answer in time."),
    Reason(
      start: "Timeout, server ", part: "", words: "The host does not answer any more."),
    Reason(
      start: "client_loop: ", part: "", words: "The connection to the host was lost."),
    Reason(
      start: "Read from remote host ", part: "", words: "The connection to the host was lost."),
    Reason(
      start: "Connection reset by ", part: "", words: "The host broke the connection off."),
    Reason(
      start: "kex_exchange_identification: ", part: "",
      words: "The host closed the connection before a login."),
    Reason(
      start: "Connection closed by ", part: "", words: "The host closed the connection."),
    Reason(
      start: "Connection to ", part: "closed by remote host",
      words: "The host closed the connection."),
  ]

  private static func reason(_ line: String) -> String? {
    if let offer = line.firstRange(of: "Their offer: "), line.hasPrefix("Unable to negotiate") {
      return "ssh and the host have no common way to talk; the host offers "
        + "\(line[offer.upperBound...])."
    }
    if line.contains(": Permission denied (") { return "The host did not let you in." }
    return reasons.first {
      line.hasPrefix($0.start) && ($0.part.isEmpty || line.contains($0.part))
    }?
    .words
  }
}

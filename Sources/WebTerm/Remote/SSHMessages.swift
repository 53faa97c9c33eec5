// What ssh says for itself: which of it a visitor should read, and when.

/// Reads ssh's standard error, line by line.
///
/// The host's banner and instructions stand among ssh's own messages, with nothing between them
/// that says whose is which. So everything is shown at once and in order, as ssh would show it.
/// Only a message whose form and moment are ssh's own is treated otherwise: the report of a changed
/// key, which precedes everything that a host can say; messages about the end, for as long as it
/// takes ssh to end; and messages that name files of this machine.
struct SSHMessages {
  /// The longest report of a changed key, in bytes.
  private static let longestWarning = 8192
  /// Lines at the end that are looked at for the reason.
  private static let lastLines = 3

  /// What ssh said first: nothing that a host says can come before a report of a changed key, or of
  /// one that is new.
  private enum Opening {
    case nothing
    /// All that ssh has said, as long as it may be the report of a changed key; whether that is
    /// shown already.
    case warning([UInt8], isShown: Bool)
    case other
  }

  /// Files of this machine that ssh may name.
  private let files: [String]
  /// Whether ssh reports a key that it has just been told to accept.
  private let takesNewKeys: Bool
  /// Whether it is of no interest that there is no connection: another address is tried then.
  private let hidesUnreached: Bool
  private var opening = Opening.nothing
  /// A line that is not whole.
  private var line: [UInt8] = []
  /// Whole lines that are ssh's own where ssh ends now, and the host's where it does not.
  private var held: [UInt8] = []
  /// The lines that were said last at once, without their ends.
  private var last: [String] = []

  /// - Parameters:
  ///   - files: Of this machine, by absolute path: no message that names one is shown.
  ///   - takesNewKeys: Whether ssh accepts a key that it does not know, when it is told to.
  ///   - hidesUnreached: Whether it is not shown that there is no connection.
  init(hiding files: [String], takesNewKeys: Bool = false, hidesUnreached: Bool = false) {
    self.hidesUnreached = hidesUnreached
    self.files = files + ["/nonexistent"]
    self.takesNewKeys = takesNewKeys
  }

  /// Whether something is held back until it shows whether ssh ends. Call ``release()`` where it
  /// does not.
  var isHolding: Bool { !held.isEmpty }

  /// What ssh reported of a host's key that is not the known one; ask it where ssh has ended.
  var warning: HostKeyWarning? {
    if case .warning(let bytes, _) = opening { HostKeyWarning(bytes) } else { nil }
  }

  /// Whether there was no connection; ask it where ssh has ended. It says so last, and a host that
  /// is there says nothing then.
  var isUnreached: Bool { last.last.map(SSHMessage.isUnreached) == true }

  /// Takes in what ssh has said.
  ///
  /// - Parameters:
  ///   - bytes: What it said.
  ///   - isAll: Whether nothing more is in the pipe. ssh writes each message as a whole: a line
  ///     without an end is the host's.
  /// - Returns: What a visitor should read now, as a terminal wants it.
  mutating func take(_ bytes: [UInt8], isAll: Bool) -> [UInt8] {
    if !bytes.isEmpty { last = [] }
    var shown: [UInt8] = []
    for byte in bytes {
      line.append(byte)
      if byte == UInt8(ascii: "\n") { shown += endLine() }
    }
    return isAll && !line.isEmpty ? shown + showLine() : shown
  }

  /// Returns what was held back: ssh has not ended, so that it was the host's.
  mutating func release() -> [UInt8] {
    defer { held = [] }
    if case .warning(let bytes, _) = opening { opening = .warning(bytes, isShown: true) }
    return held
  }

  /// Returns what is left to be read when ssh has ended. That a session has ended is for the page
  /// to say.
  mutating func finish() -> [UInt8] {
    guard line.isEmpty else { return showLine() }
    if warning != nil { held = [] }
    var rest = release()
    if last.last.map(SSHMessage.isPlainEnd) == true || hidesUnreached && isUnreached {
      let before = rest.dropLast().lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
      rest.removeSubrange(before...)
    }
    return rest
  }

  // MARK: Lines

  private mutating func endLine() -> [UInt8] {
    defer { line = [] }
    switch opening {
    case .nothing where line == HostKeyWarning.frame:
      opening = .warning([], isShown: false)
    case .nothing where takesNewKeys && SSHMessage.isNewKey(text(of: line)):
      opening = .other
      return []
    case .nothing:
      opening = .other
    case .warning, .other:
      break
    }
    if case .warning(let before, let isShown) = opening {
      let bytes = before + line
      if HostKeyWarning.mayBe(bytes), bytes.count <= Self.longestWarning {
        opening = .warning(bytes, isShown: isShown)
        return endWarningLine(isShown: isShown)
      }
      opening = .other
    }
    return endOrdinaryLine()
  }

  private mutating func endWarningLine(isShown: Bool) -> [UInt8] {
    note(line)
    guard !isNamingFiles(line) else { return [] }
    let shown = withTerminalEnd(line)
    if isShown { return shown }
    held += shown
    return []
  }

  private mutating func endOrdinaryLine() -> [UInt8] {
    // A banner's last line may have no end: what ssh says next follows it in the same line.
    let start = SSHMessage.startOfEnd(in: line)
    let message = Array(line.dropFirst(start))
    guard SSHMessage.isEnd(text(of: message)) else {
      return isNamingFiles(line) ? [] : showLine()
    }
    let shown = start > 0 ? release() + line.prefix(start) : []
    note(message)
    held += withTerminalEnd(message)
    return shown
  }

  /// Shows the line, and first what was held back: more follows it.
  private mutating func showLine() -> [UInt8] {
    defer { line = [] }
    opening = .other
    note(line)
    return release() + withTerminalEnd(line)
  }

  private mutating func note(_ line: [UInt8]) {
    last.append(text(of: line))
    if last.count > Self.lastLines { last.removeFirst() }
  }

  /// What a line says, without its end.
  private func text(of line: [UInt8]) -> String {
    var line = line.prefix(SSHMessage.longest)
    while let byte = line.last, byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
      line.removeLast()
    }
    return String(decoding: line, as: UTF8.self)
  }

  private func withTerminalEnd(_ line: [UInt8]) -> [UInt8] {
    guard line.last == UInt8(ascii: "\n") else { return line }
    let end = line.dropLast().last == UInt8(ascii: "\r") ? 2 : 1
    return line.dropLast(end) + Array("\r\n".utf8)
  }

  private func isNamingFiles(_ line: [UInt8]) -> Bool {
    let message = text(of: line)
    return SSHMessage.mayNameFiles(message) && files.contains(where: message.contains)
  }

  /// Why there was no session, or none any more, in a sentence; nil where ssh has not said. It says
  /// so last.
  var reason: String? { SSHMessage.reason(last) }
}

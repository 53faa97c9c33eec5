// Who looks at a terminal, and what it is told.

/// Through which a terminal is seen: a channel.
protocol TerminalObserver: AnyObject {
  /// There is output to send, or the end to tell.
  func terminalHasNews()
  /// So much room for input has come back that it should be told.
  func terminalHasRoom()
  /// Output will be skipped: what of it was begun is completed before.
  func terminalWillSkip()
  /// Output was skipped: how much is to be told, and then the screen of now to be painted.
  func terminalHasSkipped()
  /// Another channel has taken the terminal over; this one is not its observer any more.
  func terminalWasTakenOver()
  /// Something is to be said to the visitor that is not the host's, in a sentence.
  func terminalHasNotice(_ words: String)
  /// The server has ended the terminal, for that reason.
  func terminalWasEnded(_ reason: TerminalEndReason)
}

/// Why the server ends a terminal.
enum TerminalEndReason: String {
  case idle = "idle"
  case session = "the longest life is over"
  case revoked = "the login may not use it any more"
  case loginNeeded = "a login is asked for now"
  case stopping = "the server stops"
  case administrator = "ended by the administrator"
  case detachedTooLong = "nobody came back"
  case closedByVisitor = "closed by the visitor"
}

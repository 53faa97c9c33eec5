// Who looks at a terminal, and what it is told.

/// Through what a terminal is seen: a channel.
protocol TerminalObserver: AnyObject {
  /// There is output to send, or the end to tell.
  func terminalHasNews()
  /// So much room for input has come back that it should be told.
  func terminalHasRoom()
  /// Output will be skipped: what of it was begun is completed before.
  func terminalWillSkip()
  /// Output was skipped: how much is to be told, and then the screen of now to be painted.
  func terminalHasSkipped()
  /// Another channel of the same viewer has taken this one's place.
  func terminalWasTakenOver()
  /// Something is to be told that is not the host's.
  func terminalTells(_ news: ViewerNews)
  /// The server has ended the terminal, or this viewer's place at it, for that reason.
  func terminalWasEnded(_ reason: TerminalEndReason)
}

/// Why the server ends a terminal.
enum TerminalEndReason: Equatable {
  case idle
  case session
  case revoked
  case loginNeeded
  case stopping
  case administrator
  /// By an operator, who tells the viewers why.
  case `operator`(reason: String, by: Operator)
  case detachedTooLong
  case closedByVisitor
  /// The remote has ended, and its owner was told.
  case over

  /// In short, for the logs.
  var text: String {
    switch self {
    case .idle: "idle"
    case .session: "the longest life is over"
    case .revoked: "the login may not use it any more"
    case .loginNeeded: "a login is asked for now"
    case .stopping: "the server stops"
    case .administrator: "ended by the administrator"
    case .operator: "ended by an operator"
    case .detachedTooLong: "nobody came back"
    case .closedByVisitor: "closed by the visitor"
    case .over: "ended"
    }
  }
}

/// Who does something to a terminal without being at it.
enum Operator: Equatable {
  /// An operator, and from where.
  case login(AccountName, AddressKey)
  /// Who may use the control socket.
  case shell

  /// For the logs. No login can look like the shell.
  var fields: [Log.Field] {
    switch self {
    case .login(let name, let address): [("by", name.text), ("from", "\(address)")]
    case .shell: [("through", "ctl")]
    }
  }
}

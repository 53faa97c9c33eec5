// The forms of ssh's own messages (OpenSSH 7.8 to 10), and what they say to a visitor.

/// Knows ssh's messages by their form. A host may say the same: the caller knows the moment.
enum SSHMessage {
  /// The longest, in bytes (1024 in ssh's log.c, with its beginning and end).
  static let longest = 1100

  // MARK: The end

  /// How a message begins and goes on, with one word (an address, a name) between.
  private struct Form {
    let start: String
    let rest: [String]
  }

  private static let ends = [
    Form(start: unreached, rest: [" port "]),
    Form(start: "Connection to ", rest: [" closed.", " closed by remote host."]),
    Form(start: "Timeout, server ", rest: [" not responding."]),
    Form(start: "Read from remote host ", rest: [" "]),
    Form(start: "Connection closed by ", rest: [" port "]),
    Form(start: "Connection reset by ", rest: [" port "]),
    Form(start: "Received disconnect from ", rest: [" port "]),
    Form(start: "Disconnected from ", rest: [" port "]),
    Form(start: "client_loop: ", rest: [" disconnect: "]),
    Form(start: "ssh_dispatch_run_fatal: ", rest: [" to "]),
  ]

  /// Whether it is about the end of the connection.
  static func isEnd(_ message: String) -> Bool {
    ends.contains { form in
      guard message.hasPrefix(form.start) else { return false }
      let rest = message.dropFirst(form.start.count).drop { $0 != " " }
      return form.rest.contains { $0.hasSuffix(".") ? rest == $0 : rest.hasPrefix($0) }
    }
  }

  /// Whether it says that a session has ended, and no more.
  static func isPlainEnd(_ message: String) -> Bool {
    message.hasPrefix("Connection to ") && message.hasSuffix(" closed.") && isEnd(message)
  }

  /// Where in a line a message about the end of a session may begin: it is all that is said after a
  /// banner where nothing was asked, and follows one without a line's end in the same line. 0 where
  /// none does.
  static func startOfEnd(in line: [UInt8]) -> Int {
    let start = Array("Connection to ".utf8)
    let first = max(0, line.count - longest)
    guard line.count > start.count else { return 0 }
    return (first...line.count - start.count).last { line[$0...].starts(with: start) } ?? 0
  }

  // MARK: Keys and files

  /// Whether it says that a host's key was not known and is now.
  static func isNewKey(_ message: String) -> Bool {
    message.hasPrefix("Warning: Permanently added '")
      && message.hasSuffix(") to the list of known hosts.")
  }

  private static let startsWithFiles = [
    "Load key \"/", "no such identity: /", "Permissions 0", "Add correct host key in /",
    "Offending ", "Matching host key in /", "  ssh-keygen -f \"/", "Could not create directory '/",
    "Failed to add the host to the list of known hosts (/", "Warning: Identity file /",
    "identity_sign: private key /", "sign_and_send_pubkey: signing failed for ",
  ]

  /// Whether it is one of those that name files of the machine on which ssh runs.
  static func mayNameFiles(_ message: String) -> Bool {
    startsWithFiles.contains(where: message.hasPrefix)
  }

  // MARK: The end in a sentence

  private struct Reason {
    /// How the message begins.
    let start: String
    /// What it holds.
    let part: String
    let sentence: String
  }

  private static let reasons =
    sessionReasons + [
      Reason(
        start: unreached, part: "Connection refused",
        sentence: "The host refused the connection."),
      Reason(
        start: unreached, part: "timed out",
        sentence: "The host did not answer in time."),
      Reason(start: unreached, part: "", sentence: "The host cannot be reached."),
      Reason(
        start: "ssh: Could not resolve hostname ", part: "",
        sentence: "The host's name is not known."),
      Reason(
        start: "Host key verification failed", part: "",
        sentence: "The host's key was not accepted."),
      Reason(
        start: "Connection timed out during banner exchange", part: "",
        sentence: "The host did not answer in time."),
      Reason(
        start: "kex_exchange_identification: ", part: "",
        sentence: "The host closed the connection before a login."),
      Reason(
        start: "Connection reset by ", part: "", sentence: "The host broke the connection off."),
      Reason(
        start: "Connection closed by ", part: "", sentence: "The host closed the connection."),
      Reason(
        start: "Received disconnect from ", part: "", sentence: "The host closed the connection."),
      Reason(start: "Disconnected from ", part: "", sentence: "The host closed the connection."),
    ]

  /// Of a session, which ends with a message of its own.
  private static let sessionReasons = [
    Reason(
      start: "Timeout, server ", part: "", sentence: "The host does not answer any more."),
    Reason(
      start: "client_loop: ", part: "", sentence: "The connection to the host was lost."),
    Reason(
      start: "Read from remote host ", part: "", sentence: "The connection to the host was lost."),
    Reason(
      start: "Connection to ", part: "closed by remote host",
      sentence: "The host closed the connection."),
  ]

  /// Why there was no session, or none any more; nil where it is not said.
  ///
  /// - Parameter last: The messages that came last, at once: ssh always says something when it
  ///   ends, and says why a session has ended in the same write as that it has.
  /// - Returns: The reason in a sentence.
  static func reason(_ last: [String]) -> String? {
    guard let message = last.last else { return nil }
    if isPlainEnd(message) {
      return last.dropLast().last.flatMap { reason($0, among: sessionReasons) }
    }
    if let offer = message.firstRange(of: "Their offer: "), message.hasPrefix("Unable to negotiate")
    {
      return "ssh and the host have no common way to talk; the host offers "
        + "\(message[offer.upperBound...])."
    }
    if message.contains(": Permission denied (") { return "The host did not let you in." }
    return reason(message, among: reasons)
  }

  private static let unreached = "ssh: connect to host "

  /// Whether it says that there was no connection.
  static func isUnreached(_ message: String) -> Bool { message.hasPrefix(unreached) }

  private static func reason(_ message: String, among reasons: [Reason]) -> String? {
    reasons.first {
      message.hasPrefix($0.start) && ($0.part.isEmpty || message.contains($0.part))
    }?
    .sentence
  }
}

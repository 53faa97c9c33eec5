// What of ssh's own words a visitor reads, and what they say about the end.

import Testing

@testable import WebTerm

@Suite("ssh's words") struct SSHMessagesTests {
  private func read(
    _ text: String, takesNewKeys: Bool = false
  ) -> (shown: String, reason: String?, words: SSHMessages) {
    var words = SSHMessages(hiding: ["/etc/key"], takesNewKeys: takesNewKeys)
    var shown = words.take(Array(text.utf8), isAll: true)
    shown += words.finish()
    return (String(decoding: shown, as: UTF8.self), words.reason, words)
  }

  private static let frame = String(repeating: "@", count: 59)
  private static let report = """
    \(frame)\r
    @    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\r
    \(frame)\r
    IT IS POSSIBLE THAT SOMEONE IS DOING SOMETHING NASTY!\r
    The fingerprint for the ED25519 key sent by the remote host is
    SHA256:abc+/9.\r
    Add correct host key in /etc/key to get rid of this message.\r
    Offending ED25519 key in /etc/key:1\r
      remove with:\r
      ssh-keygen -f "/etc/key" -R "x"\r
    Host key for x has changed and you have requested strict checking.\r
    Host key verification failed.\r

    """

  @Test(
    "what a host says is shown at once, with a terminal's line ends, whole or not",
    arguments: [
      "Staff only\n  ask: 7\n", "Staff only", "",
      "\(frame)\n@  STAFF  @\n\(frame)\n", "\(frame)\r\n@  STAFF  @\r\n\(frame)\r\n", "@@@\n", "@",
      "Connection to this system is monitored.\n", "Connection to rack 7 is closed.\n",
      "Timeout, server room 3 closes at 8.\n", "Connection closed by order of the director.\n",
      "Disconnected from reality?\nBroken pipe on floor 3.\n", "client_loop: a band\n",
      "Warning: Permanently added 'x' (ED25519) to the list of known hosts.\n",
      "Pseudo-terminal will not help you.\n", "homes are below /nonexistent\n",
      "the keys lie in /etc/key\n", "\\033[31mred gr\u{fc}n \r\r\nx\ry\n",
    ])
  func banner(_ text: String) {
    for before in ["", "first\n"] {
      var words = SSHMessages(hiding: ["/etc/key"])
      let whole = before + text
      let shown = words.take(Array(whole.utf8), isAll: true)
      let wanted = whole.utf8.split(separator: 10, omittingEmptySubsequences: false)
        .map { Array($0.last == 13 ? $0.dropLast() : $0) }
        .joined(separator: [13, 10])
      #expect(shown == Array(wanted))
      #expect(!words.isHolding && words.warning == nil)
    }
  }

  @Test("what is ssh's end only where ssh ends is held back, and shown before what follows it")
  func held() {
    var words = SSHMessages(hiding: [])
    let line = Array("Connection to 127.0.0.1 closed.\r\n".utf8)
    #expect(words.take(line, isAll: true).isEmpty && words.isHolding)
    #expect(words.take(Array("login\n".utf8), isAll: true) == line + Array("login\r\n".utf8))
    #expect(!words.isHolding)
    #expect(words.take(line, isAll: true).isEmpty && words.release() == line)
    #expect(!words.isHolding && words.finish().isEmpty)
  }

  @Test("a banner without a line's end hides no end")
  func endInTheLine() {
    var words = SSHMessages(hiding: [])
    let said = "Connection to us \u{1b} no endConnection to h closed by remote host.\r\n"
    let shown = words.take(Array("\(said)Connection to h closed.\r\n".utf8), isAll: true)
    #expect(String(decoding: shown, as: UTF8.self) == "Connection to us \u{1b} no end")
    #expect(words.finish() == Array("Connection to h closed by remote host.\r\n".utf8))
    #expect(words.reason == "The host closed the connection.")
  }

  @Test(
    "messages of ssh's that name files of this machine are not shown",
    arguments: [
      "Load key \"/etc/key\": Permission denied\r\n",
      "no such identity: /etc/key: No such file or directory\r\n",
      "Could not create directory '/nonexistent/.ssh' (No such file).\r\n",
    ])
  func files(_ line: String) {
    #expect(read(line).shown.isEmpty && read(line).reason == nil)
    #expect(read("a\r\n\(line)b\r\n").shown == "a\r\nb\r\n")
  }

  @Test("the end of a session is not shown, nor a key that the visitor has just accepted")
  func noise() {
    #expect(read("a\nConnection to h closed.\r\n").shown == "a\r\n")
    let added = "Warning: Permanently added '[h]:1' (ED25519) to the list of known hosts.\r\n"
    #expect(read("\(added)a\r\n", takesNewKeys: true).shown == "a\r\n")
    #expect(read("\(added)\(added)", takesNewKeys: true).shown == added)
    #expect(read("a\r\n\(added)", takesNewKeys: true).shown == "a\r\n\(added)")
  }

  @Test(
    "the end in words",
    arguments: [
      ("ssh: connect to host h port 1: Connection refused\r\n", "The host refused the connection."),
      (
        "ssh: connect to host h port 1: Connection timed out\r\n",
        "The host did not answer in time."
      ),
      ("ssh: connect to host h port 1: No route to host\r\n", "The host cannot be reached."),
      ("ssh: Could not resolve hostname h: x\r\n", "The host's name is not known."),
      ("a@h: Permission denied (publickey,password).\r\n", "The host did not let you in."),
      ("Connection to h closed by remote host.\r\n", "The host closed the connection."),
      ("client_loop: send disconnect: Broken pipe\r\n", "The connection to the host was lost."),
      ("Timeout, server h not responding.\r\n", "The host does not answer any more."),
      (
        "Received disconnect from 1.2.3.4 port 9:2: bye\r\nDisconnected from 1.2.3.4 port 9\r\n",
        "The host closed the connection."
      ),
      (
        "Unable to negotiate with h port 1: no matching cipher found. Their offer: 3des-cbc\r\n",
        "ssh and the host have no common way to talk; the host offers 3des-cbc."
      ),
    ])
  func reasons(_ line: String, _ reason: String) {
    #expect(read(line).reason == reason)
    #expect(read(line).shown == line)
    #expect(
      read("\(line)ssh: connect to host h port 1: x\r\n").reason != reason
        || line.contains("No route"))
  }

  @Test("what a host has said before is no reason for the end")
  func hostsReasons() {
    #expect(read("Host key verification failed.\nConnection to h closed.\r\n").reason == nil)
    #expect(read("a: Permission denied (you).\nConnection to h closed.\r\n").reason == nil)
    #expect(
      read("Timeout, server h not responding.\nx@h: Permission denied (a).\r\n").reason
        == "The host did not let you in.")
  }

  @Test("a changed key is ours to explain, however late ssh ends")
  func changed() {
    let it = read(Self.report)
    #expect(it.shown.isEmpty)
    #expect(it.words.warning?.fingerprint == "SHA256:abc+/9")
    var words = SSHMessages(hiding: ["/etc/key"])
    var shown: [UInt8] = []
    for line in Self.report.split(separator: "\r\n") {
      shown += words.take(Array("\(line)\r\n".utf8), isAll: true) + words.release()
    }
    #expect(words.warning?.fingerprint == "SHA256:abc+/9")
    #expect(!String(decoding: shown, as: UTF8.self).contains("/etc/key"))
    #expect(shown.starts(with: HostKeyWarning.frame))
  }

  @Test(
    "a banner that quotes ssh's report of a changed key is a banner",
    arguments: [
      "a@h: Permission denied (password).\r\n", "Connection to h closed.\r\n",
      "All use is logged.\n", "x",
    ])
  func quoted(_ next: String) {
    let quote = Self.report.split(separator: "\r\n", omittingEmptySubsequences: false)
      .filter { !$0.contains("/etc/key") }.joined(separator: "\r\n")
    let it = read(quote + next)
    #expect(it.words.warning == nil)
    #expect(it.shown.hasPrefix(quote.replacing("is\nSHA", with: "is\r\nSHA")))
    #expect(read("Notice:\n\(quote)").words.warning == nil)
    #expect(read(quote.replacing("\r\n", with: "\n")).words.warning == nil)
  }

  @Test("wherever the words are cut, the same is shown")
  func cuts() {
    let text = Array(
      "Staff\r\nLoad key \"/etc/key\": x\r\nWarning: Permanently added x\r\nab\r\nConnection to h closed.\r\n"
        .utf8)
    expectSameForEveryCut(of: text) { pieces in
      var words = SSHMessages(hiding: ["/etc/key"])
      return pieces.flatMap { words.take($0, isAll: false) } + words.finish()
    }
    expectSameForEveryCut(of: Array(Self.report.utf8)) { pieces in
      var words = SSHMessages(hiding: ["/etc/key"])
      let shown = pieces.flatMap { words.take($0, isAll: false) } + words.finish()
      return shown + Array((words.warning?.fingerprint ?? "").utf8)
    }
  }
}

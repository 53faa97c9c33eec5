// What of ssh's own words a visitor reads, and what they say about the end.

import Testing

@testable import WebTerm

@Suite("ssh's words") struct SSHWordsTests {
  private func read(_ text: String) -> (shown: String, reason: String?, words: SSHWords) {
    var words = SSHWords(hiding: ["/etc/key"])
    var shown = words.take(Array(text.utf8))
    shown += words.finish()
    return (String(decoding: shown, as: UTF8.self), words.reason, words)
  }

  @Test("a notice is shown as it is, with a terminal's line ends, whole or not")
  func notice() {
    #expect(read("Staff only\n  ask: 7\n").shown == "Staff only\r\n  ask: 7\r\n")
    #expect(read("Staff only").shown == "Staff only")
    #expect(read("").shown.isEmpty)
  }

  @Test(
    "noise and lines that name files of this machine are not shown",
    arguments: [
      "Warning: Permanently added '[h]:1' (ED25519) to the list of known hosts.\r\n",
      "Load key \"/etc/key\": Permission denied\r\n", "Connection to h closed.\r\n",
      "Could not create directory '/nonexistent/.ssh' (No such file).\r\n",
    ])
  func noise(_ line: String) {
    #expect(read(line).shown.isEmpty && read(line).reason == nil)
    #expect(read("a\r\n\(line)b\r\n").shown == "a\r\nb\r\n")
  }

  @Test("words about the end come after all others")
  func farewell() {
    var words = SSHWords(hiding: [])
    let shown = words.take(Array("Timeout, server h not responding.\r\nother\r\n".utf8))
    #expect(String(decoding: shown, as: UTF8.self) == "other\r\n")
    #expect(words.finish() == Array("Timeout, server h not responding.\r\n".utf8))
    #expect(words.reason == "The host does not answer any more.")
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
      (
        "Unable to negotiate with h port 1: no matching cipher found. Their offer: 3des-cbc\r\n",
        "ssh and the host have no common way to talk; the host offers 3des-cbc."
      ),
    ])
  func reasons(_ line: String, _ reason: String) {
    #expect(read(line).reason == reason)
    #expect(read(line).shown == line)
  }

  @Test("a changed key is ours to explain")
  func changed() {
    let frame = String(repeating: "@", count: 59)
    let text = """
      \(frame)\r
      @    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\r
      \(frame)\r
      The fingerprint for the ED25519 key sent by the remote host is\r
      SHA256:abc+/9.\r
      Add correct host key in /etc/key to get rid of this message.\r

      """
    let it = read(text)
    #expect(it.shown.isEmpty)
    #expect(it.words.warning?.fingerprint == "SHA256:abc+/9")
  }

  @Test("wherever the words are cut, the same is shown")
  func cuts() {
    let text = Array(
      "Staff\r\nLoad key \"/etc/key\": x\r\nWarning: Permanently added x\r\nab\r\nConnection to h closed.\r\n"
        .utf8)
    expectSameForEveryCut(of: text) { pieces in
      var words = SSHWords(hiding: ["/etc/key"])
      return pieces.flatMap { words.take($0) } + words.finish()
    }
  }
}

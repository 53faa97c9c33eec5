import Testing

@testable import WebTerm

@Suite("Known hosts") struct KnownHostsTests {
  private let old = "# mine\nh ssh-ed25519 OLD\nh ssh-rsa R\n[h]:23 ssh-ed25519 OTHER\n"

  @Test("a key is known, new, or another than the one that is known")
  func standing() {
    let hosts = KnownHosts(Array(old.utf8))
    #expect(hosts.standing(of: "ssh-ed25519 OLD", at: "h") == .known)
    #expect(hosts.standing(of: "ssh-ed25519 NEW", at: "h") == .changed)
    #expect(hosts.standing(of: "ecdsa-sha2-nistp256 E", at: "h") == .new)
    #expect(hosts.standing(of: "ssh-ed25519 OLD", at: "[h]:24") == .new)
  }

  @Test("accepting replaces the host's key of that type and nothing else")
  func accepting() {
    var hosts = KnownHosts(Array(old.utf8))
    hosts.accept("ssh-ed25519 NEW", at: "h")
    hosts.accept("ssh-ed25519 NEW", at: "h")
    let text = String(decoding: hosts.content, as: UTF8.self)
    #expect(text == "# mine\nh ssh-rsa R\n[h]:23 ssh-ed25519 OTHER\nh ssh-ed25519 NEW\n")
  }
}

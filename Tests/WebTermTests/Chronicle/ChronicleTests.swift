// What of logins is kept in the audit log, over real passwords and files.

import EventLoop
import Glibc
import Testing

@testable import WebTerm

@Suite("What is kept of logins") struct ChronicleTests {
  /// A chronicle whose audit log is a file of its own.
  private final class Kept {
    let reactor: Reactor
    let chronicle: Chronicle
    private let audit: AuditListener
    private let path: String
    private let folder: String

    init() throws {
      var template = Array("/tmp/webtermd-chronicle-XXXXXX".utf8CString)
      folder = String(cString: try #require(mkdtemp(&template)))
      path = folder + "/audit"
      reactor = try Reactor()
      var settings = LogSettings()
      settings.level = .error
      audit = AuditListener(try AuditLog(path), writer: try WriterThread())
      chronicle = Chronicle(
        LogListener(settings, writer: try WriterThread()), audit, reactor: reactor)
    }

    deinit {
      unlink(path)
      rmdir(folder)
    }

    /// The lines so far with this event.
    func lines(_ event: String) -> [String] {
      audit.writer.drain(atMost: 30_000)
      let content = ReadFile(path) { $0 ?? [] }.content
      return String(decoding: content, as: UTF8.self).split(separator: "\n").map { String($0) }
        .filter { $0.contains("\"event\":\"\(event)\"") }
    }
  }

  private static func claim(_ name: String, _ password: String = "two", _ address: UInt32 = 1)
    throws -> PasswordChecker.Claim
  {
    let pair = Base64.encode(Array("\(name):\(password)".utf8))
    return PasswordChecker.Claim(
      credentials: try #require(BasicCredentials("Basic \(pair)")), address: .ipv4(address),
      peer: "10.0.0.\(address)")
  }

  @Test("every login is kept, however many come from one address; of failures a few and a count")
  func manyAtOnce() throws {
    let kept = try Kept()
    let name = try #require(AccountName("bob"))
    let login = Login(name: name, proof: .proxy(field: "x"))
    for number in 0..<200 {
      kept.chronicle.tell(.wrong, of: try Self.claim("n\(number)"))
      kept.chronicle.tell(.proven(login), of: try Self.claim("p\(number)"))
    }
    let failed = kept.lines("login failed").count
    #expect(kept.lines("login").count == 200)
    #expect((10...60).contains(failed))
    kept.chronicle.tellCounts()
    let counts = kept.lines("more of the same")
    #expect(counts.count == 1 && counts.first?.contains("\(200 - failed)") == true)
  }

  @Test("a password whose sender is gone while it is checked is kept all the same")
  func hungUp() throws {
    let kept = try Kept()
    let helper = try HelperThread(reactor: kept.reactor)
    defer { helper.close() }
    let file = PasswordFile(Array("bob:\(Self.hash)\n".utf8))
    let checker = PasswordChecker(reactor: kept.reactor, helper: helper) { file }
    var (reports, answers) = (0, 0)
    checker.report = {
      reports += 1
      kept.chronicle.tell($0, of: $1)
    }
    for password in ["wrong", "two"] {
      let before = reports
      let number = checker.check(try Self.claim("bob", password)) { _ in answers += 1 }
      checker.withdraw(number)
      let deadline = MonotonicInstant.now + .seconds(300)
      while reports == before {
        try #require(MonotonicInstant.now < deadline, "no outcome comes")
        try kept.reactor.turn(until: .now + .milliseconds(20))
      }
    }
    #expect(reports == 2 && answers == 0)
    for event in ["login failed", "login"] {
      let lines = kept.lines(event)
      #expect(lines.count == 1 && lines.first?.contains("\"login\":\"bob\"") == true)
      #expect(lines.first?.contains("\"address\":\"10.0.0.1\"") == true)
    }
  }

  @Test("a login that is refused unchecked is kept with the reason; one that is withdrawn is not")
  func refused() throws {
    let kept = try Kept()
    let helper = try HelperThread(reactor: kept.reactor)
    defer { helper.close() }
    let checker = PasswordChecker(reactor: kept.reactor, helper: helper) { nil }
    checker.report = { kept.chronicle.tell($0, of: $1) }
    var refusals = 0
    // One is checked, eight of an address may wait.
    let numbers = try (0..<10).map { number in
      checker.check(try Self.claim("n\(number)")) { if case .refused = $0 { refusals += 1 } }
    }
    for number in numbers { checker.withdraw(number) }
    let lines = kept.lines("refused")
    #expect(refusals == 1 && lines.count == 1)
    #expect(lines.first?.contains("\"login\":\"n9\"") == true)
    #expect(lines.first?.contains("Several passwords from your address") == true)
  }

  /// Of the password "two".
  private static let hash =
    "$6$saltsalt$"
    + "dg1mCWso1bcZ4jIR4DTGWQLYWovPSQ8XfXMYgd99Ac12YxNhttSzGlvMuY4NK9oxdbAshf9Z9d.77bjXhbJN00"
}

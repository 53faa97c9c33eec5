import EventLoop
import Testing

@testable import WebTerm

@Suite("What a telnet remote sends, and when it hears") struct TelnetSendingTests {
  private func session(_ mode: TelnetSettings.Mode = .raw) -> TelnetSession {
    var settings = TelnetSettings()
    settings.mode = mode
    return TelnetSession(
      settings,
      TelnetFacts(terminalType: "xterm", user: nil, charset: "utf-8", columns: 80, rows: 24))
  }

  @Test("a host whose answers pile up is not heard, unless they are of no use")
  func answers() {
    var (sending, session) = (TelnetSending(), session())
    #expect(sending.interest(reading: true, taking: false, session) == [.readable, .urgent])
    session.answers = [UInt8](repeating: 0, count: 16384)
    #expect(!sending.mayHear(session))
    #expect(sending.interest(reading: true, taking: true, session) == [.peerEnded, .writable])
    sending.areAnswersUseless = true
    sending.dropUseless(&session)
    #expect(sending.mayHear(session) && session.answers.count == 16384)
    session.answers.append(0)
    sending.dropUseless(&session)
    #expect(session.answers.isEmpty)
  }

  @Test("keys are taken up to a bound, once it is known how they are sent")
  func keys() {
    var sending = TelnetSending()
    #expect(!sending.takesKeys(session(.auto)))
    let session = session()
    #expect(sending.takesKeys(session) && sending.isEmpty)
    let keys = [UInt8](repeating: 120, count: 3000)
    #expect(sending.type(keys.span.bytes).count == 3000)
    #expect(sending.takesKeys(session))
    #expect(sending.type(keys.span.bytes).count == TelnetSending.most - 3000)
    #expect(!sending.takesKeys(session) && sending.hasKeys)
  }

  @Test("to a host that takes nothing any more nothing is sent, and it is heard to its end")
  func hungUp() {
    var (sending, session) = (TelnetSending(), session())
    _ = sending.type([UInt8](repeating: 120, count: 10).span.bytes)
    session.answers = [1, 2, 3]
    sending.hangUp(&session)
    #expect(!sending.hasKeys && sending.isEmpty && session.answers.isEmpty)
    #expect(sending.interest(reading: true, taking: true, session) == [.readable, .urgent])
    #expect(sending.interest(reading: false, taking: true, session) == [])
  }
}

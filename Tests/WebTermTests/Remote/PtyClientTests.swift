import EventLoop
import Testing

@testable import WebTerm

@Suite("Client on a pty") struct PtyClientTests {
  private final class Observer: RemoteObserver {
    func remoteIsReadable() {}
    func remoteIsWritable() {}
    func remoteEnded(_ end: RemoteEnd) {}
  }

  @Test("one that is hung up is let go of, with its observer")
  func isReleased() throws {
    let reactor = try Reactor()
    let spawns = try HelperThread(reactor: reactor)
    let starter = ClientStarter(
      helper: spawns, table: try ChildTable(reactor: reactor), reactor: reactor)
    weak var remembered: PtyClient?
    weak var rememberedObserver: Observer?
    do {
      // The literal is a well-formed user name. Nothing is started: ThreadSanitizer cannot follow a
      // child that begins on this process's memory.
      let command = ClientCommand.telnet(
        path: "/bin/true", host: "h", port: 23, user: Username(Array("alice".utf8))!,
        terminalType: "dumb")
      let client = PtyClient(
        command, ClientFiles.Facts(), Sandbox.Settings(), reactor: reactor, starter: starter)
      let observer = Observer()
      client.observer = observer
      (remembered, rememberedObserver) = (client, observer)
      client.hangUp()
    }
    #expect(remembered == nil)
    #expect(rememberedObserver == nil)
  }
}

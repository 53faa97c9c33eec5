// The administrator's commands over a pair of sockets, cut in every way.

import EventLoop
import Testing

@testable import WebTerm

@Suite("control exchange") struct ControlExchangeTests {
  private final class ControlServer {
    let fixture: ServerFixture
    let looker = ObserverRecorder()
    private(set) var drains = 0

    init(terminals: Int) throws {
      fixture = try ServerFixture {
        ($0.limits.perVisitor, $0.limits.perAddress) = (10_000, 10_000)
        $0.limits.openPerMinute = 1_000_000
      }
      let visitor = VisitorRegistry().welcome(isSecure: false, now: fixture.reactor.now)
      for _ in 0..<terminals {
        _ = try fixture.wiring.registry.open(
          TerminalFixture.destination, by: Holder(visitor: visitor, address: .local),
          size: TerminalFixture.size, observer: looker)
      }
    }

    func connect() throws -> Client {
      let administration = Administration(
        registry: fixture.wiring.registry, operations: fixture.wiring.operations,
        reactor: fixture.reactor
      ) { [unowned self] in drains += 1 }
      return try Client(fixture, peer: SocketAddress(.unix(path: ""))) {
        ControlExchange($0, administration)
      }
    }

    /// What is said to a command.
    func say(_ pieces: [[UInt8]]) throws -> String {
      let client = try connect()
      try client.send(pieces: pieces)
      return String(decoding: try client.readToEnd(), as: UTF8.self)
    }

    func say(_ text: String) throws -> String { try say([Array(text.utf8)]) }
  }

  @Test("commands are understood wherever they are cut")
  func cuts() throws {
    let control = try ControlServer(terminals: 1)
    let answers = [
      "list\n": #""target":"t""#, "who\n": #""viewers":1,"up":true}"#, "drain\n": "ok\n",
      "message * é <b>\n": "ok\n", "message a-0 x\n": "error there is no terminal a-0\n",
      "end a-0 for good reason\n": "error there is no terminal a-0\n",
      "message *\n": "error that is no command\n",
      "message * a\u{7}b\n": "error that is no command\n",
      "end a-0\n": "error there is no terminal a-0\n",
      "list all\n": "error that is no command\n", "\n": "error that is no command\n",
    ]
    for (command, answer) in answers {
      let bytes = Array(command.utf8)
      for cut in 0..<bytes.count {
        let said = try control.say([Array(bytes[..<cut]), Array(bytes[cut...])])
        #expect(said.contains(answer), "\(command) cut at \(cut)")
      }
    }
    #expect(control.drains == "drain\n".utf8.count)
    #expect(
      control.looker.notices == .init(repeating: "é <b>", count: "message * é <b>\n".utf8.count))
  }

  @Test("all terminals are listed, however many there are and however slowly they are read")
  func many() throws {
    let control = try ControlServer(terminals: 300)
    let client = try control.connect()
    try client.send("list\n")
    while !client.isOver { try client.turn(atMost: 700) }
    let lines = client.take().split(separator: "\n")
    #expect(lines.first == "ok" && lines.count == 301)
    #expect(Set(lines).count == 301)
  }

  @Test("a terminal is ended by its name, once")
  func ends() throws {
    let control = try ControlServer(terminals: 2)
    let terminal = try #require(
      control.fixture.wiring.registry.opened.page(after: 0, atMost: 1).first)
    #expect(try control.say("end \(terminal.id)\n") == "ok\n")
    #expect(control.fixture.wiring.registry.count == 1)
    #expect(try control.say("end \(terminal.id)\n").hasPrefix("error "))
  }

  @Test("an end with a reason tells it, and one without is what it was")
  func reasons() throws {
    let control = try ControlServer(terminals: 2)
    let terminals = control.fixture.wiring.registry.opened.page(after: 0, atMost: 2)
    #expect(try control.say("end \(terminals[0].id) the  rack moves\n") == "ok\n")
    #expect(control.looker.endReason == .operator(reason: "the  rack moves", by: .shell))
    #expect(try control.say("end \(terminals[1].id)\n") == "ok\n")
    #expect(control.looker.endReason == .administrator)
  }

  @Test("what stands on a command line is for one terminal where it begins with an ID and goes on")
  func messages() {
    let id = "a-" + String(repeating: "0f", count: 16)
    #expect(ControlCommand.message([id, "a", "b"]) == .message(terminal: id, text: "a b"))
    #expect(ControlCommand.message(["a b", "c"]) == .message(terminal: nil, text: "a b c"))
    #expect(ControlCommand.message([id]) == .message(terminal: nil, text: id))
    let wrong = [[], [""], ["  "], ["a\nb"], [String(repeating: "x", count: 1001)], [id, ""]]
    for arguments in wrong { #expect(ControlCommand.message(arguments) == nil, "\(arguments)") }
    let all = [
      ControlCommand.message([String(repeating: "é", count: 1000)]), .message([id, "x  y"]),
      .list(.terminals), .list(.operators), .drain, .end(id, reason: nil),
      .end(id, reason: "x  y"),
    ]
    for command in all {
      #expect(
        command != nil && command.map { ControlCommand(String($0.line.dropLast())) } == command)
    }
  }

  @Test("a command without an end is refused, and one that does not come ends the connection")
  func endless() throws {
    let control = try ControlServer(terminals: 0)
    #expect(
      try control.say(String(repeating: "x", count: 9000)) == "error the command is too long\n")
    let silent = try control.connect()
    try silent.send("li")
    try silent.turn()
    silent.conversation.tick(now: control.fixture.reactor.now)
    #expect(try silent.readToEnd().isEmpty)
  }
}

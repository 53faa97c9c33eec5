import EventLoop
import Testing

@testable import WebTerm

@Suite("Client messages") struct ClientMessageTests {
  private func parse(_ text: String) -> ClientMessage? {
    do throws(ClientMessage.Problem) {
      return try ClientMessage(Array(text.utf8))
    } catch {
      return nil
    }
  }

  private func size(_ columns: Int, _ rows: Int) throws -> TerminalSize {
    try #require(TerminalSize(columns: columns, rows: rows))
  }

  @Test("each message of the protocol is read")
  func messages() throws {
    #expect(
      parse(#"{"type":"hello","cols":80,"rows":24}"#) == .hello(.init(size: try size(80, 24))))
    #expect(
      parse(
        #" { "rows" : 1000 , "cols":1,"resume":{"output":5,"terminal":"a-b","x":[1]},"type":"hello"}"#
      )
        == .hello(.init(size: try size(1, 1000), resume: .init(terminal: "a-b", output: 5))))
    #expect(
      parse(
        #"{"type":"hello","cols":1,"rows":1,"resume":{"terminal":"a","output":5,"viewer":3}}"#)
        == .hello(.init(size: try size(1, 1), resume: .init(terminal: "a", output: 5, viewer: 3))))
    #expect(parse(#"{"type":"resize","cols":2,"rows":3}"#) == .resize(try size(2, 3)))
    #expect(
      parse(#"{"type":"ack","output":9007199254740993}"#) == .acknowledge(output: 1 << 53 + 1))
    #expect(parse(#"{"type":"ping","id":-7}"#) == .ping(id: -7))
    #expect(parse(#"{"type":"close"}"#) == .close)
    #expect(parse(#"{"type":"sending","to":8}"#) == .sending(to: 8))
    #expect(parse(#"{"type":"sending","to":-1}"#) == nil && parse(#"{"type":"sending"}"#) == nil)
  }

  @Test("messages about links are read, and what a guest calls itself")
  func links() throws {
    for (uses, expected) in [("", 0), (#","uses":3"#, 3)] {
      let text = #"{"type":"share","role":"watch","seconds":60,"label":"on call"\#(uses)}"#
      #expect(
        parse(text)
          == .share(
            try #require(
              SharedLinkRequest(role: .watch, seconds: 60, label: "on call", uses: expected))))
    }
    #expect(parse(#"{"type":"unshare","link":"12"}"#) == .unshare(link: 12))
    #expect(parse(#"{"type":"unshare","link":"twelve"}"#) == .unshare(link: nil))
    #expect(parse(#"{"type":"links"}"#) == .links)
    let hello = #"{"type":"hello","cols":1,"rows":1,"name":"#
    #expect(
      parse(hello + #""Gina É"}"#) == .hello(.init(size: try size(1, 1), name: "Gina É")))
    let long = String(repeating: "é", count: 40)
    #expect(parse(hello + #""\#(long)"}"#) != nil)
    for name in ["", "  ", long + "é", "a\u{202E}b", "\\n", "\u{200B}"] {
      #expect(parse(hello + #""\#(name)"}"#) == nil, "\(name)")
    }
    #expect(parse(hello + "null}") == nil)
  }

  @Test(
    "a link that is not well-formed is a mistake",
    arguments: [
      #"{"type":"share"}"#, #"{"type":"share","role":"own","seconds":60,"label":""}"#,
      #"{"type":"share","role":"watch","seconds":59,"label":""}"#,
      #"{"type":"share","role":"watch","seconds":604801,"label":""}"#,
      #"{"type":"share","role":"watch","seconds":60}"#,
      #"{"type":"share","role":"watch","seconds":60,"label":"a\n"}"#,
      #"{"type":"share","role":"watch","seconds":60,"label":"","uses":-1}"#,
      #"{"type":"share","role":"watch","seconds":60,"label":"","uses":"1"}"#,
      #"{"type":"unshare"}"#, #"{"type":"unshare","link":1}"#,
    ])
  func malformedLinks(_ text: String) { #expect(parse(text) == nil) }

  @Test("an unknown type is no mistake, whatever else it holds")
  func unknown() {
    #expect(
      parse(#"{"type":"later","id":"x","cols":1.5,"resume":7,"deep":[{"a":[null]}]}"#) == .unknown)
    #expect(parse(#"{"type":"hello\u0021"}"#) == .unknown)
  }

  @Test(
    "what is not JSON, or lacks a field, or has a wrong type or range, is a mistake",
    arguments: [
      "", "{", "[]", "null", "{}", #"{"type":5}"#, #"{"type":"hello"}"#,
      #"{"type":"hello","cols":0,"rows":24}"#, #"{"type":"hello","cols":1001,"rows":24}"#,
      #"{"type":"hello","cols":"80","rows":24}"#, #"{"type":"hello","cols":80.5,"rows":24}"#,
      #"{"type":"hello","cols":80,"rows":24,"resume":7}"#,
      #"{"type":"hello","cols":80,"rows":24,"resume":{"terminal":"a"}}"#,
      #"{"type":"hello","cols":80,"rows":24,"resume":{"terminal":"a","output":-1}}"#,
      #"{"type":"hello","cols":1,"rows":1,"resume":{"terminal":"a","output":1,"viewer":"1"}}"#,
      #"{"type":"hello","cols":1,"rows":1,"resume":{"terminal":"a","output":1,"viewer":1.5}}"#,
      #"{"type":"hello","cols":1,"rows":1,"resume":{"terminal":"a","output":1,"viewer":null}}"#,
      #"{"type":"ack"}"#, #"{"type":"ack","output":-1}"#,
      #"{"type":"ack","output":99999999999999999999}"#,
      #"{"type":"ping"}"#, #"{"type":"close"} x"#, #"{"type":"close",}"#, #"{type:"close"}"#,
      #"{"type":"close" "a":1}"#, #"{"type":"close","a":01}"#, #"{"type":"close","a":"\x"}"#,
      #"{"type":"close","a":"\ud800"}"#, #"{"type":"close","a":tru}"#, #"{"type":"close","a":1.}"#,
      "{\"type\":\"close\",\"a\":\"\u{1}\"}",
      #"{"type":"close","a":[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]}"#,
    ])
  func mistakes(_ text: String) {
    #expect(parse(text) == nil)
  }

  @Test("random text is read or refused, never more")
  func noise() {
    var generator = SeededGenerator(seed: 8)
    let words = [
      "{", "}", "[", "]", ":", ",", "\"type\"", "\"ack\"", "\"output\"", "1", "-", "\\", "\"",
    ]
    for _ in 0..<20_000 {
      let count = Int.random(in: 0..<14, using: &generator)
      _ = parse((0..<count).map { _ in words.randomElement(using: &generator) ?? "" }.joined())
    }
  }
}

@Suite("Server messages") struct ServerMessageTests {
  @Test("each message is the JSON of the protocol")
  func messages() {
    #expect(
      ServerMessage.pong(id: 1, input: 2, room: 3).json
        == #"{"type":"pong","id":1,"input":2,"room":3}"#)
    #expect(ServerMessage.exit(.exited(code: 0)).json == #"{"type":"exit","code":0}"#)
    #expect(ServerMessage.exit(.signalled("SIGHUP")).json == #"{"type":"exit","signal":"SIGHUP"}"#)
    #expect(ServerMessage.goaway(retry: 5).json == #"{"type":"goaway","retry":5}"#)
    #expect(
      ServerMessage.error(.spawn("a \"b\"\\\n\u{1}")).json
        == #"{"type":"error","code":"spawn","message":"a \"b\"\\\n\u0001"}"#)
    let welcome = ServerMessage.Welcome(
      terminal: "a-1", output: 1, input: 2, room: 3, isResumed: true, missed: 4, window: 5,
      viewer: 10, role: .type, turn: 11, size: TerminalFixture.size, seen: 7, detached: 6,
      screen: 8,
      sizes: [[1, 80, 24], [9, 100, 30]])
    #expect(
      ServerMessage.welcome(welcome).json
        == #"{"type":"welcome","terminal":"a-1","output":1,"input":2,"room":3,"resumed":true,"#
        + #""missed":4,"window":5,"viewer":10,"role":"type","turn":11,"cols":80,"rows":24,"seen":7,"detached":6,"screen":8,"sizes":[[1,80,24],[9,100,30]]}"#
    )
    var limited = welcome
    limited.idle = 12
    #expect(ServerMessage.welcome(limited).json.hasSuffix(#",[9,100,30]],"idle":12}"#))
    #expect(
      ServerMessage.skip(9, missed: 5, screen: 2).json
        == #"{"type":"skip","output":9,"missed":5,"screen":2}"#)
  }

  @Test("the words and the close codes match in the order of the protocol")
  func codes() {
    let errors: [ChannelError] = [
      .hello, .message(""), .forbidden(""), .unknownTerminal, .idle, .elsewhere, .limit(""),
      .spawn(""), .stopping,
    ]
    let words = [
      "hello", "message", "forbidden", "unknown-terminal", "idle", "elsewhere", "limit", "spawn",
      "stopping",
    ]
    let codes: [UInt16] = [4001, 4000, 4003, 4004, 4008, 4009, 4029, 4500, 1001]
    #expect(errors.map(\.word) == words)
    #expect(errors.map(\.closeCode.rawValue) == codes)
  }
}

@Suite("Heartbeat") struct HeartbeatTests {
  let start = MonotonicInstant.now

  @Test("a quiet channel is asked, and asked again, and given up")
  func quiet() {
    var heartbeat = Heartbeat(now: start)
    var actions: [(Double, Heartbeat.Action)] = []
    for second in 0...50 {
      let action = heartbeat.tick(now: start + .seconds(second))
      if action != .wait { actions.append((Double(second), action)) }
    }
    // Put off to the next full second of everybody's.
    #expect(
      (18...19).contains(actions[0].0) && (36...38).contains(actions[1].0) && actions[2].0 == 45)
    #expect(actions.prefix(3).map(\.1) == [.ping, .ping, .giveUp])
  }

  @Test("who was away itself asks before it gives anybody up", arguments: [47, 30, 600])
  func absence(_ seconds: Int) {
    for quiet in [1, 17, 20, 40] {
      var heartbeat = Heartbeat(now: start)
      for second in 1...quiet { _ = heartbeat.tick(now: start + .seconds(second)) }
      let back = start + .seconds(quiet + seconds)
      #expect(heartbeat.tick(now: back) == .ping, "after \(quiet) s")
      // An answer may take as long as ever.
      for second in 1...25 {
        #expect(heartbeat.tick(now: back + .seconds(second)) != .giveUp, "after \(quiet) s")
      }
      let actions = (26...46).map { heartbeat.tick(now: back + .seconds($0)) }
      #expect(actions.contains(.giveUp))
    }
  }

  @Test("whatever is heard starts the wait anew")
  func heard() {
    var heartbeat = Heartbeat(now: start)
    for second in stride(from: 10, through: 1000, by: 10) {
      #expect(heartbeat.tick(now: start + .seconds(second)) == .wait)
      heartbeat.heard(at: start + .seconds(second))
    }
  }
}

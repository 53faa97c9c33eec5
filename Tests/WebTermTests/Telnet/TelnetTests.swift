// Telnet without a socket: a line of the protocol, a test.

import Testing

@testable import WebTerm

private let iac: UInt8 = 255
private let (will, wont, `do`, dont): (UInt8, UInt8, UInt8, UInt8) = (251, 252, 253, 254)
private let (sb, se): (UInt8, UInt8) = (250, 240)

/// A session, and what it made of a host's bytes.
private struct Peer {
  var session: TelnetSession

  init(
    _ mode: TelnetSettings.Mode = .telnet, user: String? = "alice", charset: String = "utf-8",
    _ change: (inout TelnetSettings) -> Void = { _ in }
  ) {
    var settings = TelnetSettings()
    settings.mode = mode
    change(&settings)
    session = TelnetSession(
      settings,
      TelnetFacts(
        terminalType: "xterm", user: user, charset: charset, columns: 80, rows: 24))
  }

  /// What is shown of the bytes.
  mutating func hear(_ bytes: [UInt8]) -> [UInt8] {
    var shown: [UInt8] = []
    var position = 0
    while let range = session.next(bytes.span, &position) {
      shown += session.takeReleased()
      shown += bytes[range]
    }
    return shown + session.takeReleased()
  }

  /// What is answered to the bytes.
  mutating func answer(_ bytes: [UInt8]) -> [UInt8] {
    _ = hear(bytes)
    defer { session.answers = [] }
    return session.answers
  }

  func encode(_ bytes: [UInt8]) -> [UInt8] { session.keys.encode(bytes.span) }
}

@Suite("Telnet, receiving") struct TelnetDecoderTests {
  @Test("data passes, commands leave no trace, a doubled IAC is a byte")
  func data() {
    var peer = Peer()
    #expect(
      peer.hear([1, 2, iac, iac, 3, iac, 241, 4, iac, 249, iac, 246, 5]) == [1, 2, 255, 3, 4, 5])
  }

  @Test(
    "a carriage return and a NUL are a carriage return, at once and across pieces; in BINARY both stay"
  )
  func carriageReturn() {
    var peer = Peer()
    #expect(peer.hear([13, 0, 13, 10, 13]) == [13, 13, 10, 13])
    #expect(peer.hear([0, 65, 0]) == [65, 0])
    #expect(peer.hear([iac, will, 0, 13, 0]) == [13, 0])
    #expect(peer.hear([iac, wont, 0, 13, 0]) == [13])
  }

  @Test("wherever the bytes are cut, the same is shown and answered")
  func cuts() {
    let bytes: [UInt8] = [
      65, 13, 0, iac, iac, iac, will, 1, 66, iac, `do`, 31, iac, `do`, 24, iac, sb, 24, 1, iac, se,
      67, 13,
      iac, sb, 99, 1, iac, iac, 2, iac, se, iac, 241, 68,
    ]
    expectSameForEveryCut(of: bytes) { pieces in
      var peer = Peer()
      let shown = pieces.flatMap { peer.hear($0) }
      return [shown, peer.session.answers]
    }
  }

  @Test(
    "a subnegotiation without end is bounded, and one that another command interrupts swallows nothing"
  )
  func subnegotiations() {
    var peer = Peer()
    #expect(peer.hear([iac, sb, 24] + [UInt8](repeating: 7, count: 100_000)) == [])
    #expect(peer.hear([iac, se, 65]) == [65])
    #expect(peer.hear([iac, sb, 24, 1, iac, will, 1, 66]) == [66])
    #expect(peer.session.answers.suffix(3) == [iac, `do`, 1])
    var decoder = TelnetDecoder()
    var position = 0
    let endless = [iac, sb, 24] + [UInt8](repeating: 7, count: 100_000) + [iac, se]
    let kept = [UInt8](repeating: 7, count: TelnetDecoder.longestSubnegotiation)
    #expect(decoder.next(endless.span, &position) == .subnegotiation(24, kept))
  }
}

@Suite("Telnet, urgent") struct TelnetSynchTests {
  @Test("what comes before the data mark is thrown away while something is urgent, and only then")
  func synch() {
    var peer = Peer()
    #expect(peer.hear([65, iac, 242, 66]) == [65, 66])
    peer.session.beginSynch()
    // What is negotiated counts all the same.
    #expect(peer.hear([65, iac, will, 1, 66]) == [])
    #expect(peer.session.answers == [iac, `do`, 1])
    #expect(peer.hear([67, iac, 242, 68]) == [68])
    peer.session.beginSynch()
    peer.session.endSynch()
    #expect(peer.hear([69]) == [69])
    var line = Peer(.raw)
    line.session.beginSynch()
    #expect(line.hear([70]) == [70])
  }
}

@Suite("Telnet, options") struct TelnetOptionTests {
  @Test(
    "what is welcome is agreed to once, everything else refused once, and repetitions are not answered"
  )
  func answers() {
    var peer = Peer()
    for option: UInt8 in [0, 1, 3] {
      #expect(peer.answer([iac, will, option]) == [iac, `do`, option])
      #expect(peer.answer([iac, will, option, iac, will, option]) == [])
    }
    for option: UInt8 in [0, 3, 24, 39] {
      #expect(peer.answer([iac, `do`, option]) == [iac, will, option])
    }
    for option: UInt8 in [1, 32, 34, 35, 37, 38, 46, 99] {
      #expect(peer.answer([iac, `do`, option]) == [iac, wont, option])
    }
    for option: UInt8 in [24, 31, 34, 37, 38, 86] {
      #expect(peer.answer([iac, will, option]) == [iac, dont, option])
    }
    #expect(peer.answer([iac, wont, 1]) == [iac, dont, 1])
    #expect(peer.answer([iac, wont, 1, iac, dont, 99, iac, wont, 99]) == [])
  }

  @Test("timing marks are answered each, in order")
  func timingMarks() {
    var peer = Peer()
    #expect(peer.answer([iac, `do`, 6, 65, iac, `do`, 6]) == [iac, will, 6, iac, will, 6])
  }

  @Test("the window's size follows DO and every change, with 255 doubled; a target may keep it")
  func windowSize() {
    var peer = Peer()
    #expect(peer.answer([iac, `do`, 31]) == [iac, will, 31, iac, sb, 31, 0, 80, 0, 24, iac, se])
    peer.session.resize(columns: 255, rows: 600)
    #expect(peer.session.answers == [iac, sb, 31, 0, 255, 255, 2, 88, iac, se])
    var silent = Peer { $0.tellsSize = false }
    #expect(silent.answer([iac, `do`, 31]) == [iac, wont, 31])
    silent.session.resize(columns: 10, rows: 10)
    #expect(silent.session.answers == [])
  }

  @Test("the terminal's type is told as written, as often as it is asked for, once it is agreed on")
  func terminalType() {
    var peer = Peer()
    let question: [UInt8] = [iac, sb, 24, 1, iac, se]
    #expect(peer.answer(question) == [])
    _ = peer.answer([iac, `do`, 24])
    let answer = [iac, sb, 24, 0] + Array("xterm".utf8) + [iac, se]
    #expect(peer.answer(question) == answer && peer.answer(question) == answer)
  }

  @Test(
    "of the environment the user alone is told, only when asked, with what means something escaped")
  func environment() {
    var peer = Peer(user: "a\u{1}b")
    _ = peer.answer([iac, `do`, 39])
    let user = Array("USER".utf8)
    let told = [iac, sb, 39, 0, 0] + user + [1, 97, 2, 1, 98, iac, se]
    #expect(peer.answer([iac, sb, 39, 1, iac, se]) == told)
    #expect(peer.answer([iac, sb, 39, 1, 0] + user + [iac, se]) == told)
    #expect(
      peer.answer([iac, sb, 39, 1, 0] + Array("SHELL".utf8) + [iac, se]) == [
        iac, sb, 39, 0, iac, se,
      ])
    var nameless = Peer(user: nil)
    #expect(nameless.answer([iac, `do`, 39]) == [iac, wont, 39])
  }

  @Test(
    "a character set is accepted where it is the target's, else refused, and never met with silence"
  )
  func charset() {
    var peer = Peer()
    let offer = { (names: String) in [iac, sb, 42, 1] + Array(names.utf8) + [iac, se] }
    #expect(
      peer.answer(offer(" US-ASCII UTF-8")) == [iac, sb, 42, 2] + Array("UTF-8".utf8) + [iac, se])
    #expect(peer.answer(offer(";KOI8-R")) == [iac, sb, 42, 3, iac, se])
    #expect(peer.answer(offer("")) == [iac, sb, 42, 3, iac, se])
  }
}

@Suite("Telnet, sending") struct TelnetKeysTests {
  @Test("Enter is CR NUL to an NVT, CR in BINARY, or what the target says; IAC is doubled")
  func enter() {
    var peer = Peer()
    #expect(peer.encode([97, 13, 255, 3]) == [97, 13, 0, 255, 255, 3])
    _ = peer.answer([iac, `do`, 0])
    #expect(peer.encode([13]) == [13])
    let enters: [(TelnetSettings.Enter, [UInt8])] = [
      (.cr, [13]), (.crlf, [13, 10]), (.crnul, [13, 0]),
    ]
    for (enter, bytes) in enters {
      #expect(Peer(.telnet) { $0.enter = enter }.encode([13]) == bytes)
    }
  }

  @Test("control characters are bytes, whatever telnet could say in their place")
  func controls() {
    #expect(Peer().encode([3, 26, 28, 4, 19, 17, 29]) == [3, 26, 28, 4, 19, 17, 29])
  }

  @Test("a raw line gets and shows every byte as it is")
  func raw() {
    var peer = Peer(.raw)
    let all = (0...255).map { UInt8($0) }
    #expect(peer.encode(all) == all)
    #expect(peer.hear(all + [iac, will, 1, 13, 0]) == all + [iac, will, 1, 13, 0])
    #expect(
      peer.session.answers == [] && !peer.session.echoesHere && peer.session.breakSignal == nil)
  }

  @Test("who speaks telnet first, or late, is spoken to so; who never does is a raw line")
  func auto() {
    var host = Peer(.auto)
    #expect(!host.session.isDecided)
    #expect(host.answer([iac, `do`, 24]) == [iac, will, 24])
    #expect(host.session.isDecided && host.encode([13]) == [13, 0])
    var line = Peer(.auto)
    line.session.giveUpWaiting()
    #expect(line.session.isDecided && line.encode([13, 255]) == [13, 255])
    #expect(line.hear([65, iac, iac, 66]) == [65, iac, iac, 66])
    var slow = Peer(.auto)
    slow.session.giveUpWaiting()
    #expect(slow.answer([iac, will, 1]) == [iac, `do`, 1])
    #expect(slow.encode([255]) == [255, 255])
  }

  @Test("keys are shown here only where the host has said that it does not, or it is wanted so")
  func echo() {
    var peer = Peer()
    #expect(!peer.session.echoesHere)
    _ = peer.answer([iac, wont, 1])
    #expect(peer.session.echoesHere)
    _ = peer.answer([iac, will, 1])
    #expect(!peer.session.echoesHere)
    #expect(Peer(.raw) { $0.echo = .on }.session.echoesHere)
    var off = Peer { $0.echo = .off }
    _ = off.answer([iac, wont, 1])
    #expect(!off.session.echoesHere)
  }

  @Test("a break is telnet's own, or what the target says, at a raw line, too")
  func breaks() {
    #expect(Peer().session.breakSignal == TelnetBreak(message: [iac, 243]))
    let line = Peer(.raw) { $0.breakString = [5, 99] }
    #expect(line.session.breakSignal == TelnetBreak(message: [5, 99]))
  }
}

@Suite("Telnet, a serial line") struct SerialLineTests {
  private let line = SerialLine(baud: 9600, bits: 7, parity: .even, stop: 2, flow: .hardware)

  @Test("the line is offered to be set once, and set where that is agreed to")
  func settings() {
    var peer = Peer { $0.line = line }
    #expect(peer.answer([iac, will, 1]) == [iac, will, 44, iac, `do`, 1])
    #expect(
      peer.answer([iac, `do`, 44]) == [
        iac, sb, 44, 1, 0, 0, 37, 128, iac, se, iac, sb, 44, 2, 7, iac, se, iac, sb, 44, 3, 3, iac,
        se,
        iac, sb, 44, 4, 2, iac, se, iac, sb, 44, 5, 3, iac, se,
      ])
    #expect(peer.answer([iac, `do`, 44]) == [])
    var plain = Peer()
    #expect(plain.answer([iac, `do`, 44]) == [iac, wont, 44])
  }

  @Test("keys wait while the line is suspended, and notices of its state leave no trace")
  func flow() {
    var peer = Peer { $0.line = line }
    _ = peer.answer([iac, `do`, 44])
    #expect(
      peer.hear([65, iac, sb, 44, 107, 255, 255, iac, se, iac, sb, 44, 106, 1, iac, se, 66]) == [
        65, 66,
      ])
    _ = peer.hear([iac, sb, 44, 108, iac, se])
    #expect(peer.session.isSuspended)
    _ = peer.hear([iac, sb, 44, 109, iac, se])
    #expect(!peer.session.isSuspended)
  }

  @Test("a break begins, and ends after its time")
  func breaks() {
    var peer = Peer {
      $0.line = SerialLine()
      $0.breakDuration = 400
    }
    _ = peer.answer([iac, `do`, 44])
    let signal = peer.session.breakSignal
    #expect(signal?.message == [iac, sb, 44, 5, 5, iac, se])
    #expect(signal?.end?.after == 400)
    #expect(signal?.end?.message == [iac, sb, 44, 5, 6, iac, se])
  }
}

import EventLoop
import Testing

@testable import WebTerm

/// A terminal on a fake remote, with the registry that keeps it.
final class TerminalFixture: RemoteMaker {
  let reactor: Reactor
  let visitors = VisitorRegistry()
  let visitor: Visitor
  let rights: Rights
  private(set) var remotes: [FakeRemote] = []
  private(set) var registry: TerminalRegistry!
  var nextFailure: RemoteFailure?
  let targets: [Target]
  private(set) lazy var sharing = SharingPolicy(.logins, rights: rights)

  init(
    _ change: (inout Configuration) -> Void = { _ in },
    terms changeTerms: (inout TerminalPolicy) -> Void = { _ in }
  ) throws {
    reactor = try Reactor()
    visitor = visitors.welcome(isSecure: false, now: reactor.now)
    var configuration = Configuration()
    configuration.timeouts.detached = .seconds(60)
    configuration.targets = [Self.destination.target]
    change(&configuration)
    targets = configuration.targets
    rights = Rights(targets: TargetTable(configuration.targets))
    var terms = TerminalPolicy(
      history: configuration.terminal.history, patience: configuration.timeouts.detached,
      idleTimeout: configuration.timeouts.idle)
    changeTerms(&terms)
    registry = TerminalRegistry(
      self, instance: "a", rights: rights, admission: Admission(configuration.limits),
      terms: terms, reactor: reactor)
  }

  func makeRemote(for destination: Destination) -> any Remote {
    let remote = FakeRemote()
    remote.failure = nextFailure
    remotes.append(remote)
    return remote
  }

  static var destination: Destination {
    let rules = Target.Rules(
      ports: PortSet(ranges: [22...22]), users: [UserPattern(pattern: "a*")])
    let target = Target(name: "t", host: "h", rules: [.ssh: rules])
    // The literal is a well-formed user name.
    return Destination(target: target, method: .ssh, user: Username(Array("alice".utf8))!, port: 22)
  }

  func holder(_ visitor: Visitor? = nil) -> Holder {
    Holder(visitor: visitor ?? self.visitor, address: .local)
  }

  static let size = TerminalSize(columns: 80, rows: 24)!

  func open(_ observer: any TerminalObserver, by visitor: Visitor? = nil) throws -> Terminal {
    try registry.open(
      Self.destination, by: holder(visitor), size: Self.size, observer: observer
    ).terminal
  }
}

extension TerminalFixture {
  /// Lets a remote say something, all of it: what leaves logs meanwhile is drawn over as many turns
  /// as that takes.
  func produce(_ bytes: [UInt8], _ index: Int) throws {
    remotes[index].produce(bytes)
    let patience = reactor.now + .seconds(300)
    while !remotes[index].pending.isEmpty {
      try #require(reactor.now < patience, "all of it is taken")
      try reactor.turn(until: .now + .milliseconds(1))
      remotes[index].produce([])
    }
  }

  /// A viewer comes to a terminal that has none, is sent all from `offset` on, and goes.
  func look(
    at terminal: Terminal, from offset: Int = 0, acknowledging: Bool = true
  ) throws -> [UInt8] {
    let viewer = ObserverRecorder()
    _ = try #require(terminal.attach(viewer, from: offset, size: Self.size))
    let bytes = try terminal.sendAll()
    if acknowledging { #expect(try terminal.acknowledge(offset + bytes.count)) }
    try terminal.detach()
    return bytes
  }
}

final class ObserverRecorder: TerminalObserver {
  var news = 0
  var roomTold = 0
  var skips = 0
  var isTakenOver = false
  var roles: [Role] = []
  var whenTakenOver: () -> Void = {}
  var notices: [String] = []
  var endReason: TerminalEndReason?

  func terminalHasNews() { news += 1 }
  func terminalHasRoom() { roomTold += 1 }
  func terminalWillSkip() {}
  func terminalHasSkipped() { skips += 1 }
  func terminalTells(_ news: ViewerNews) {
    switch news {
    case .notice(let notice): notices.append(notice.text)
    case .role(let role, _): roles.append(role)
    case .asked, .denied, .viewers, .note: break
    }
  }
  func terminalWasTakenOver() {
    isTakenOver = true
    whenTakenOver()
  }
  func terminalWasEnded(_ reason: TerminalEndReason) { endReason = reason }
}

extension Terminal {
  /// The present viewer.
  func viewer() throws -> Viewer { try #require(relay.readers.pacing) }

  /// Output that the present viewer was not sent yet, in bytes.
  var unsent: Int { relay.produced - (relay.readers.pacing?.output.sent ?? 0) }

  /// The typist types bytes; false where they were not taken.
  func types(_ bytes: [UInt8]) -> Bool {
    relay.readers.typist.map { $0.type(bytes.span) == .taken } ?? false
  }

  /// A page of the owner's comes, and takes the keyboard; nil where it wants bytes that were never
  /// produced.
  func attach(
    _ newcomer: any TerminalObserver, from offset: Int, size: TerminalSize, wish: Role = .type
  ) -> Viewer? {
    try? viewers.join(
      Person(holder, as: .owner), newcomer, from: offset, size: size, wish: wish)
  }

  /// The present viewer's screen has processed everything before `offset`.
  func acknowledge(_ offset: Int) throws -> Bool { try viewer().acknowledge(offset) }

  /// The present viewer is gone.
  func detach() throws { try viewer().leave() }

  /// Sends everything that is unsent.
  func sendAll() throws -> [UInt8] {
    let viewer = try viewer()
    var bytes: [UInt8] = []
    while viewer.output.beginFrame(unsent) > 0 {
      viewer.lend { first, second in
        bytes += first.withUnsafeBytes(Array.init) + second.withUnsafeBytes(Array.init)
        return first.byteCount + second.byteCount
      }
    }
    return bytes
  }
}

@Suite("Terminal") struct TerminalTests {
  let observer = ObserverRecorder()

  @Test(
    "a terminal that is over is let go of, with its channel",
    arguments: ["done", "ended", "detached"])
  func isReleased(_ way: String) throws {
    let fixture = try TerminalFixture { $0.timeouts.detached = .zero }
    weak var remembered: Terminal?
    weak var rememberedObserver: ObserverRecorder?
    do {
      let observer = ObserverRecorder()
      let terminal = try fixture.open(observer)
      (remembered, rememberedObserver) = (terminal, observer)
      fixture.remotes[0].produce([1, 2, 3])
      switch way {
      case "done":
        fixture.remotes[0].observer?.remoteEnded(.exited(code: 0))
        try terminal.viewer().endWasTold()
      case "ended": terminal.terminate(.administrator)
      default: try terminal.detach()
      }
      #expect(fixture.registry.count == 0)
    }
    #expect(remembered == nil)
    #expect(rememberedObserver == nil)
  }

  @Test("a terminal that could not begin is let go of")
  func failureIsReleased() throws {
    let fixture = try TerminalFixture()
    fixture.nextFailure = RemoteFailure(message: "no")
    weak var remembered: ObserverRecorder?
    do {
      let observer = ObserverRecorder()
      remembered = observer
      #expect(throws: Refusal.spawn("no")) { try fixture.open(observer) }
      #expect(fixture.remotes[0].isHungUp)
      #expect(fixture.remotes[0].observer == nil)
    }
    #expect(remembered == nil)
  }

  @Test("output is read until the window is full, and on when it is acknowledged")
  func window() throws {
    let fixture = try TerminalFixture()
    let terminal = try fixture.open(observer)
    let remote = fixture.remotes[0]
    let output = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    remote.produce(output)
    #expect(!remote.isReading)
    #expect(terminal.unsent == (try terminal.viewer().output.window.size))
    var seen: [UInt8] = []
    while seen.count < output.count {
      seen += try terminal.sendAll()
      #expect(try terminal.acknowledge(seen.count))
      remote.produce([])
    }
    #expect(seen == output)
    #expect(remote.isReading)
  }

  @Test("an acknowledgement beyond what was sent is refused, one that goes back changes nothing")
  func acknowledgements() throws {
    let fixture = try TerminalFixture()
    let terminal = try fixture.open(observer)
    fixture.remotes[0].produce([1, 2, 3])
    #expect(try !terminal.acknowledge(1))
    _ = try terminal.sendAll()
    #expect(try terminal.acknowledge(3) && terminal.acknowledge(1))
    #expect((try terminal.viewer().output.acknowledged) == 3)
  }

  @Test("detached, the program runs on until the log is full of what was never seen")
  func detached() throws {
    let fixture = try TerminalFixture { $0.terminal.history = 100_000 }
    let terminal = try fixture.open(observer)
    let remote = fixture.remotes[0]
    try terminal.detach()
    let output = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 17) }
    remote.produce(output)
    #expect(terminal.relay.produced == 100_000 + 65536)
    #expect(!remote.isReading)
    let next = ObserverRecorder()
    #expect(terminal.attach(next, from: 0, size: TerminalFixture.size)?.output.missed == 0)
    #expect(try terminal.sendAll() == Array(output[0..<terminal.relay.produced]))
  }

  @Test("coming back at an offset, output goes on there; what is gone is counted")
  func resume() throws {
    let fixture = try TerminalFixture { $0.terminal.history = 0 }
    let terminal = try fixture.open(observer)
    let remote = fixture.remotes[0]
    var offset = 0
    for _ in 0..<20 {
      remote.produce([UInt8](repeating: 1, count: 10_000))
      offset += try terminal.sendAll().count
      #expect(try terminal.acknowledge(offset))
    }
    remote.produce([7, 8, 9])
    try terminal.detach()
    #expect(terminal.attach(observer, from: offset, size: TerminalFixture.size)?.output.missed == 0)
    #expect(try terminal.sendAll() == [7, 8, 9])
    let viewer = try #require(terminal.attach(observer, from: 0, size: TerminalFixture.size))
    // A quarter of the log leaves at a time.
    #expect((offset + 3 - 65536...offset + 3 - 65536 * 3 / 4).contains(viewer.output.missed))
    #expect(try terminal.sendAll().count == offset + 3 - viewer.output.missed)
    #expect(!viewer.output.painting.bytes.isEmpty)
    #expect(terminal.attach(observer, from: offset + 4, size: TerminalFixture.size) == nil)
  }

  @Test("a newcomer of the owner's types, and the former typist watches on")
  func takeOver() throws {
    let fixture = try TerminalFixture()
    let terminal = try fixture.open(observer)
    let second = ObserverRecorder()
    let first = try terminal.viewer()
    let newcomer = try #require(terminal.attach(second, from: 0, size: TerminalFixture.size))
    #expect(observer.roles == [.watch] && second.roles.isEmpty && newcomer.role == .type)
    #expect(first.isHere && !observer.isTakenOver && first.type([65].span) == .watches)
    first.leave()
    first.leave()
    #expect(terminal.isAttached && terminal.types([66]))
    #expect(fixture.remotes[0].written == [66])
  }

  @Test("a terminal without channel ends when its time is over, and its client is hung up")
  func patience() throws {
    let fixture = try TerminalFixture { $0.timeouts.detached = .milliseconds(5) }
    let terminal = try fixture.open(observer)
    try terminal.detach()
    #expect(fixture.registry.count == 1)
    while fixture.registry.count > 0 { try fixture.reactor.turn(until: nil) }
    #expect(fixture.remotes[0].isHungUp)
    #expect(fixture.visitor.terminals == 0)
  }

  @Test("with no patience a terminal ends with its channel")
  func noPatience() throws {
    let fixture = try TerminalFixture { $0.timeouts.detached = .zero }
    let terminal = try fixture.open(observer)
    try terminal.detach()
    #expect(fixture.registry.count == 0)
  }

  @Test("input beyond the room is refused, and room that is back is told")
  func input() throws {
    let fixture = try TerminalFixture()
    let terminal = try fixture.open(observer)
    let remote = fixture.remotes[0]
    remote.appetite = 0
    try terminal.viewer().roomIsTold()
    #expect(terminal.types([UInt8](repeating: 5, count: 65536)))
    #expect(!terminal.types([1]))
    #expect(remote.isWriting && observer.roomTold == 0)
    remote.appetite = .max
    remote.observer?.remoteIsWritable()
    #expect(observer.roomTold == 1 && terminal.relay.room == 65536)
    #expect(remote.written.count == 65536 && !remote.isWriting)
  }

  @Test("the end is told after the output before it")
  func end() throws {
    let fixture = try TerminalFixture()
    let terminal = try fixture.open(observer)
    fixture.remotes[0].produce([1])
    let before = observer.news
    terminal.relay.remoteEnded(.exited(code: 3))
    #expect(observer.news == before + 1)
    #expect(terminal.unsent == 1 && terminal.relay.end == .exited(code: 3))
  }
}

@Suite("Terminal registry") struct TerminalRegistryTests {
  let observer = ObserverRecorder()

  private func refusal(_ body: () throws -> Terminal) -> Refusal? {
    do {
      _ = try body()
      return nil
    } catch {
      return error as? Refusal
    }
  }

  @Test("each limit refuses in its own words, and closing makes room again")
  func limits() throws {
    let fixture = try TerminalFixture {
      $0.limits.perVisitor = 2
      $0.limits.terminals = 3
    }
    let first = try fixture.open(observer)
    _ = try fixture.open(observer)
    #expect(
      refusal { try fixture.open(observer) }
        == .limit("You have 2 terminals already. Close one first."))
    let other = fixture.visitors.welcome(isSecure: false, now: fixture.reactor.now)
    _ = try fixture.open(observer, by: other)
    guard case .limit(let words)? = refusal({ try fixture.open(observer, by: other) }) else {
      Issue.record("not refused")
      return
    }
    #expect(words.hasPrefix("All 3 terminals"))
    first.terminate(.closedByVisitor)
    _ = try fixture.open(observer)
  }

  @Test(
    "a channel whose viewer has another one completes its frame before that one's offset counts")
  func takenOverInAFrame() throws {
    let fixture = try TerminalFixture()
    let observer = ObserverRecorder()
    let terminal = try fixture.open(observer)
    fixture.remotes[0].produce(Array(repeating: 65, count: 4096))
    let viewer = try terminal.viewer()
    #expect(viewer.output.beginFrame(terminal.unsent) > 0)
    var rest = 0
    observer.whenTakenOver = {
      #expect(viewer.output.sent == 0)
      viewer.lend { first, second in
        rest = first.byteCount + second.byteCount
        return rest
      }
    }
    let again = try terminal.viewers.comeBack(
      as: 1, Person(terminal.holder, as: .owner), ObserverRecorder(), from: terminal.produced,
      size: TerminalFixture.size, wish: .type)
    #expect(again === viewer && rest > 0 && viewer.output.sent == 4096 && observer.isTakenOver)
  }

  @Test("only so many are opened in a minute")
  func rate() throws {
    let fixture = try TerminalFixture {
      $0.limits.openPerMinute = 3
      $0.limits.perVisitor = 100
    }
    for _ in 0..<3 { try fixture.open(observer).terminate(.closedByVisitor) }
    guard case .limit? = refusal({ try fixture.open(observer) }) else {
      Issue.record("not refused")
      return
    }
  }

  @Test("a terminal is found by its own visitor only")
  func ownership() throws {
    let fixture = try TerminalFixture()
    let id = try fixture.open(observer).id.description
    let other = fixture.visitors.welcome(isSecure: false, now: fixture.reactor.now)
    #expect(try fixture.registry.find(id, for: fixture.holder()).0.id.description == id)
    for wrong in [id + "0", "b" + id.dropFirst(), "", "a-", "a"] {
      #expect(throws: Refusal.unknownTerminal) {
        try fixture.registry.find(wrong, for: fixture.holder())
      }
    }
    #expect(throws: Refusal.unknownTerminal) {
      try fixture.registry.find(id, for: fixture.holder(other))
    }
  }

  @Test("one that cannot start leaves nothing behind")
  func failure() throws {
    let fixture = try TerminalFixture()
    fixture.nextFailure = RemoteFailure(message: "no")
    #expect(refusal { try fixture.open(observer) } == .spawn("no"))
    #expect(fixture.registry.count == 0 && fixture.visitor.terminals == 0)
    #expect(fixture.registry.refusals == ["spawn": 1])
  }

  @Test("one that turns out not to start is counted like one that cannot")
  func lateFailure() throws {
    let fixture = try TerminalFixture()
    let terminal = try fixture.open(observer)
    fixture.remotes[0].observer?.remoteEnded(.failed("no"))
    #expect(terminal.relay.end == .failed("no"))
    try terminal.viewer().endWasTold()
    #expect(fixture.registry.refusals == ["spawn": 1])
  }

  @Test(
    "past the memory limit seen history goes, of the longest untouched first, and never what was not seen"
  )
  func memory() throws {
    let fixture = try TerminalFixture {
      $0.limits.memory = 1 << 20
      $0.limits.perVisitor = 100
    }
    let output = [UInt8](repeating: 4, count: 60_000)
    var terminals: [Terminal] = []
    for index in 0..<8 {
      // There is no viewer, so that no window bounds it.
      let terminal = try fixture.open(observer)
      try terminal.detach()
      terminals.append(terminal)
      fixture.remotes[index].produce(output)
      // The first one's output stays unacknowledged.
      _ = try fixture.look(at: terminal, acknowledging: index > 0)
      try fixture.reactor.turn(until: .now)
      #expect(terminal.types([1]))
    }
    for _ in 0..<40 {
      let offset = terminals[7].relay.produced
      try fixture.produce(output, 7)
      _ = try fixture.look(at: terminals[7], from: offset)
      #expect(fixture.registry.budget.used <= 1 << 20)
    }
    for index in 8..<24 {
      // There is no viewer, so that no window bounds it.
      let terminal = try fixture.open(observer)
      try terminal.detach()
      terminals.append(terminal)
      try fixture.produce(output, index)
      _ = try fixture.look(at: terminal)
      #expect(fixture.registry.budget.used <= 1 << 20)
    }
    let missedFirst = terminals[0].attach(observer, from: 0, size: TerminalFixture.size)?.output
      .missed
    #expect(missedFirst == 0)
    let missedSecond = terminals[1].attach(observer, from: 0, size: TerminalFixture.size)?.output
      .missed
    #expect(missedSecond == output.count)
  }

  @Test("the logs of ten thousand terminals that printed nothing hold nothing")
  func idleMemory() throws {
    let fixture = try TerminalFixture {
      $0.limits.terminals = 20_000
      $0.limits.perVisitor = 20_000
      $0.limits.perAddress = 20_000
      $0.limits.openPerMinute = 1_000_000
    }
    for _ in 0..<10_000 {
      let terminal = try fixture.open(observer)
      try terminal.detach()
    }
    #expect(fixture.registry.count == 10_000)
    #expect(fixture.registry.budget.used == 0)
  }

  @Test("a flooded one takes no more than its history, 64 KB and a screen, attached or not")
  func floodedMemory() throws {
    let most = 100_000 + 65536 + 80 * 24 * 8
    let fixture = try TerminalFixture { $0.terminal.history = 100_000 }
    let terminal = try fixture.open(observer)
    let output = [UInt8](repeating: 1, count: 1_000_000)
    for _ in 0..<20 {
      fixture.remotes[0].produce(output)
      _ = try terminal.sendAll()
      #expect(try terminal.acknowledge(terminal.viewer().output.sent))
      #expect(fixture.registry.budget.used <= most)
    }
    try terminal.detach()
    fixture.remotes[0].produce(output)
    #expect(fixture.registry.budget.used <= most)
    terminal.terminate(.closedByVisitor)
    #expect(fixture.registry.budget.used == 0)
  }

  @Test("where no memory is left a newcomer shows something all the same, and gives it back")
  func noMemory() throws {
    let fixture = try TerminalFixture { $0.limits.memory = 512 }
    let terminal = try fixture.open(observer)
    fixture.remotes[0].produce([UInt8](repeating: 1, count: 5000))
    #expect(terminal.unsent == 1024)
    #expect(fixture.registry.budget.used == 1024)
    terminal.terminate(.closedByVisitor)
    #expect(fixture.registry.budget.used == 0)
  }
}

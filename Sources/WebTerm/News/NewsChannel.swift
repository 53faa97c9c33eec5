// A WebSocket through which a directory hears what happens, so that nobody has to load it again.

import EventLoop

/// One channel of the subprotocol `webterm.news.v1`. The page says nothing on it.
///
/// Nothing waits here in words: it is known how far the page has come in the desk's journal, and what it is told is true when it
/// goes out. A storm of terminals costs each directory a few messages, and a page that reads slowly hears less often. One
/// that does not read at all makes nothing grow.
final class NewsChannel: Conversation, MessageReceiver, NewsReader {
  /// The subprotocol's name.
  static let subprotocol = "webterm.news.v1"
  private static let limits = MessageAssembler.Limits(text: 1024, binary: 1024, frames: 16)
  /// Answers to pings that may wait, in bytes: a page that never reads is cut off here.
  private static let queueLimit = 65536

  /// A way through all terminals, behind the one of that number.
  private enum Sweep {
    /// The page is told of all; what it knew is nothing any more.
    case whole(after: Int, isFirst: Bool)
    /// The page is told where what it may see has changed.
    case rights(after: Int)
  }

  let visitor: Visitor
  private unowned let connection: Connection
  private let reactor: Reactor
  private let desk: NewsDesk
  private var assembler = MessageAssembler(limits: NewsChannel.limits)
  private var heartbeat: Heartbeat
  private var queued: FrameQueue
  private var isOver = false
  /// Events before this position of the desk's journal are told.
  private var position: Int
  private var sweep: Sweep? = .whole(after: 0, isFirst: true)
  private var areTargetsDue = false
  private var areRightsDue = false
  /// Which terminals the page knows of, by their numbers: of what it may not see it hears nothing at all.
  private var told: Set<Int> = []
  /// Whether the page has not taken yet what it was told last.
  private var isTelling = false

  /// - Parameters:
  ///   - connection: Where the page is; it keeps this channel from now on.
  ///   - desk: Whose news it tells.
  ///   - visitor: Who reads them.
  ///   - opening: Bytes that must go out before the first frame: the handshake's answer.
  init(_ connection: Connection, desk: NewsDesk, visitor: Visitor, opening: [UInt8]) {
    self.connection = connection
    self.desk = desk
    self.visitor = visitor
    reactor = connection.reactor
    queued = FrameQueue(opening: opening)
    heartbeat = Heartbeat(now: reactor.now)
    position = desk.journalEnd
    desk.add(self)
  }

  // MARK: News

  func hearOfTargets() {
    areTargetsDue = true
    // Without a login nobody sees others' terminals, and one's own stay one's own.
    if visitor.login != nil { areRightsDue = true }
  }

  func lacks(before end: Int) -> Bool {
    !isTelling && (sweep != nil || areTargetsDue || areRightsDue || position < end)
  }

  func tell(atMost most: Int) -> Int {
    guard !isOver, !isTelling else { return 0 }
    if areTargetsDue { say(#"{"type":"devices"}"#) }
    areTargetsDue = false
    if sweep == nil, position < desk.journalStart { sweep = .whole(after: 0, isFirst: true) }
    if sweep == nil, areRightsDue { (sweep, areRightsDue) = (.rights(after: 0), false) }
    let count =
      switch sweep {
      case .whole(let number, let isFirst): tellAll(after: number, isFirst, atMost: most)
      case .rights(let number): tellOfRights(after: number, atMost: most)
      case nil: tellOfEvents(atMost: most)
      }
    // Nothing of it may have been for these eyes.
    if !isTelling { desk.goOn(with: self) }
    return count
  }

  private func tellAll(after number: Int, _ isFirst: Bool, atMost most: Int) -> Int {
    if isFirst { (told, position) = ([], desk.journalEnd) }
    let page = desk.registry.opened.page(after: number, atMost: most)
    sweep = page.count < most ? nil : page.last.map { .whole(after: $0.number, isFirst: false) }
    var there: [JSONText] = []
    for terminal in page { add(terminal, to: &there) }
    say(there, over: [], isWhole: isFirst)
    return page.count
  }

  private func tellOfRights(after number: Int, atMost most: Int) -> Int {
    let page = desk.registry.opened.page(after: number, atMost: most)
    sweep = page.count < most ? nil : page.last.map { .rights(after: $0.number) }
    var (there, over): ([JSONText], [JSONText]) = ([], [])
    for terminal in page where desk.sees(terminal, visitor) != told.contains(terminal.number) {
      if told.remove(terminal.number) != nil {
        over.append(.number(desk.keys.key(of: terminal.number)))
      } else {
        add(terminal, to: &there)
      }
    }
    say(there, over: over, isWhole: false)
    return page.count
  }

  private func tellOfEvents(atMost most: Int) -> Int {
    let end = min(position + most, desk.journalEnd)
    let events = desk.events(position..<end)
    position = end
    var (there, over): ([JSONText], [JSONText]) = ([], [])
    for (number, terminal) in events {
      if let terminal, add(terminal, to: &there) { continue }
      if told.remove(number) != nil { over.append(.number(desk.keys.key(of: number))) }
    }
    say(there, over: over, isWhole: false)
    return events.count
  }

  /// Adds what the page may see of a terminal; false where that is nothing.
  @discardableResult
  private func add(_ terminal: Terminal, to there: inout [JSONText]) -> Bool {
    guard let entry = desk.entry(terminal, for: visitor) else { return false }
    there.append(.verbatim(entry))
    told.insert(terminal.number)
    return true
  }

  private func say(_ there: [JSONText], over: [JSONText], isWhole: Bool) {
    guard isWhole || !there.isEmpty || !over.isEmpty else { return }
    say(
      JSONText.object([
        ("type", .string("terminals")), ("whole", .boolean(isWhole)),
        ("terminals", .array(there)), ("over", .array(over)),
      ]).bytes)
  }

  private func say(_ text: String) { say(Array(text.utf8)) }

  private func say(_ text: [UInt8]) {
    queued.add(.text, text)
    isTelling = true
    connection.askFlush()
  }

  // MARK: Bytes

  var wantsInput: Bool { true }

  /// A page that comes back is told everything anew.
  var isIdle: Bool { true }

  func received(_ bytes: inout MutableSpan<UInt8>) -> Int {
    heartbeat.heard(at: reactor.now)
    var taken = bytes.count
    do throws(MessageAssembler.Problem) {
      taken = try assembler.consume(&bytes, receiver: self)
    } catch {
      close(error.closeCode)
    }
    if queued.count > Self.queueLimit { connection.close() }
    return taken
  }

  func received(binary piece: Span<UInt8>) {}

  func received(text: [UInt8]) {}

  func received(ping payload: [UInt8]) {
    queued.add(.pong, payload)
    connection.askFlush()
  }

  func received(pong payload: [UInt8]) {}

  func received(close code: CloseCode?) {
    close(code ?? .normal)
  }

  func fill(_ outbox: inout Outbox) -> Bool {
    if !queued.isEmpty { outbox.append(queued.take()) }
    return false
  }

  func lend(_ write: (RawSpan, RawSpan) -> Int) {
    _ = write(RawSpan(), RawSpan())
  }

  func flushed() {
    guard isTelling else { return }
    isTelling = false
    desk.goOn(with: self)
  }

  // MARK: Time

  var nextDeadline: MonotonicInstant? {
    isOver ? nil : heartbeat.nextDeadline
  }

  func tick(now: MonotonicInstant) {
    guard !isOver else { return }
    switch heartbeat.tick(now: now) {
    case .wait: break
    case .ping:
      queued.add(.ping, [])
      connection.askFlush()
    case .giveUp: connection.close()
    }
  }

  // MARK: The end

  /// Its reader has no business here any more.
  func end() {
    close(.violation)
  }

  private func close(_ code: CloseCode) {
    guard !isOver else { return }
    isOver = true
    desk.remove(self)
    queued.close(code)
    connection.finish()
  }

  func connectionClosed() {
    isOver = true
    desk.remove(self)
  }
}

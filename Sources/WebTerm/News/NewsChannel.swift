// A WebSocket through which a directory hears what happens, so that nobody has to load it again.

import EventLoop

/// One channel of the subprotocol `webterm.news.v1`. The page says nothing on it.
///
/// What happens within a fifth of a second is told together, and nothing waits here in words: a storm of terminals costs each
/// directory a few messages, and a page that reads slowly hears less often. One that does not read at all makes nothing grow.
final class NewsChannel: Conversation, MessageReceiver, NewsReader {
  /// The subprotocol's name.
  static let subprotocol = "webterm.news.v1"
  private static let limits = MessageAssembler.Limits(text: 1024, binary: 1024, frames: 16)
  private static let pause: Duration = .milliseconds(200)
  /// So many terminals are described in one message.
  private static let mostInMessage = 100
  /// Of so many it is remembered that something has happened to them; of more, all there are will be told anew.
  private static let mostHeard = 1000
  /// Answers to pings that may wait, in bytes: a page that never reads is cut off here.
  private static let queueLimit = 65536

  let visitor: Visitor
  private unowned let connection: Connection
  private let reactor: Reactor
  private let desk: NewsDesk
  private var assembler = MessageAssembler(limits: NewsChannel.limits)
  private var heartbeat: Heartbeat
  private var queued: FrameQueue
  private var isOver = false
  /// What has happened to which terminals, by their keys, since the page was told.
  private var heard: [Int: TerminalID] = [:]
  private var isWholeDue = false
  private var areTargetsDue = false
  /// What the page is being told of now.
  private var untold: ArraySlice<(key: Int, id: TerminalID)> = []
  /// Which terminals the page knows of: of what it may not see it hears nothing at all.
  private var told: Set<Int> = []
  /// Whether the next message takes the place of all before.
  private var isNextWhole = false
  /// When that is told; nil where there is nothing to tell.
  private var due: MonotonicInstant?

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
    desk.add(self)
    isWholeDue = true
    tell()
  }

  // MARK: News

  func hear(of terminal: TerminalID, key: Int) {
    if !isWholeDue { heard[key] = terminal }
    if heard.count > Self.mostHeard { (heard, isWholeDue) = ([:], true) }
    tellSoon()
  }

  /// Of how many terminals there is something to be told.
  var waiting: Int { heard.count + untold.count }

  /// Who may see what may be another question now, too.
  func hearOfTargets() {
    areTargetsDue = true
    isWholeDue = true
    tellSoon()
  }

  private func tellSoon() {
    guard due == nil, !isOver else { return }
    due = reactor.now + Self.pause
    connection.askFlush()
  }

  private func tell() {
    due = nil
    // A page that has not read what was told before hears the rest when it has.
    guard untold.isEmpty, !isNextWhole else { return }
    if areTargetsDue { queued.add(.text, Array(#"{"type":"devices"}"#.utf8)) }
    areTargetsDue = false
    if isWholeDue {
      untold = desk.terminals[...]
      told = []
      (isNextWhole, isWholeDue) = (true, false)
    } else {
      untold += heard.sorted { $0.key < $1.key }.map { (key: $0.key, id: $0.value) }
    }
    heard = [:]
    connection.askFlush()
  }

  /// Writes the next message, where there is one to be written: what is said is true when it goes out.
  private func writeNext() {
    guard isNextWhole || !untold.isEmpty else { return }
    let piece = untold.prefix(Self.mostInMessage)
    untold = untold.dropFirst(piece.count)
    var (there, over): ([JSONText], [JSONText]) = ([], [])
    for (key, id) in piece {
      let entry = desk.entry(id, key: key, for: visitor, now: reactor.now)
      if let entry {
        there.append(entry)
        told.insert(key)
      } else if told.remove(key) != nil {
        over.append(.number(key))
      }
    }
    guard isNextWhole || !there.isEmpty || !over.isEmpty else { return }
    let message = JSONText.object([
      ("type", .string("terminals")), ("whole", .boolean(isNextWhole)),
      ("terminals", .array(there)), ("over", .array(isNextWhole ? [] : over)),
    ])
    isNextWhole = false
    queued.add(.text, message.bytes)
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
    if queued.isEmpty { writeNext() }
    if !queued.isEmpty { outbox.append(queued.take()) }
    return false
  }

  func lend(_ write: (RawSpan, RawSpan) -> Int) {
    _ = write(RawSpan(), RawSpan())
  }

  func flushed() {
    // A piece in which nothing was this visitor's wrote no message, and so nothing asks for the next one.
    if !untold.isEmpty { connection.askFlush() }
    if isWholeDue || !heard.isEmpty { tellSoon() }
  }

  // MARK: Time

  var nextDeadline: MonotonicInstant? {
    guard !isOver else { return nil }
    return min(heartbeat.nextDeadline, due ?? heartbeat.nextDeadline)
  }

  func tick(now: MonotonicInstant) {
    guard !isOver else { return }
    if let due, now >= due { tell() }
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

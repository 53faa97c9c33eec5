// A WebSocket through which an operator hears of all terminals, and acts on them.

import EventLoop

/// One channel of the subprotocol `webterm.operate.v1`.
///
/// It is a position in the hub's journal, as a directory's is: a page that does not read makes
/// nothing grow, and hears at last how it is.
final class OperateChannel: WebSocketTalk, OperateReader {
  /// The subprotocol's name.
  static let subprotocol = "webterm.operate.v1"
  /// A message of a hundred rows with the longest names fits the queue.
  private static let limits = WebSocketPeer.Limits(
    messages: MessageAssembler.Limits(text: 8192, binary: 1024, frames: 16), queue: 1_048_576)
  /// So many of the page's questions are answered in a turn: others are heard in between.
  private static let questionsPerTurn = 4

  let visitor: Visitor
  private unowned let peer: WebSocketPeer
  private let hub: OperateHub
  private let operations: Operations
  private let address: AddressKey
  private(set) var position: Int
  /// Behind which terminal the page is told of all; nil once it was.
  private var whole: Int? = 0
  /// Whether the page has not taken yet what it was told last.
  private var isTelling = false
  private var questions = 0
  private var isOver = false

  private init(
    _ peer: WebSocketPeer, _ hub: OperateHub, _ operations: Operations, _ holder: Holder
  ) {
    self.peer = peer
    self.hub = hub
    self.operations = operations
    visitor = holder.visitor
    address = holder.address
    position = hub.journal.end
    hub.add(self)
  }

  /// An operator's channel on a connection.
  ///
  /// - Parameters:
  ///   - connection: Where the page is.
  ///   - hub: Whose news it tells.
  ///   - operations: What it can do.
  ///   - holder: Who operates, and from where.
  ///   - opening: Bytes that must go out before the first frame: the handshake's answer.
  /// - Returns: The conversation to be had on it.
  static func open(
    on connection: Connection, hub: OperateHub, operations: Operations, holder: Holder,
    opening: [UInt8]
  ) -> WebSocketPeer {
    let peer = WebSocketPeer(connection, limits, opening: opening)
    peer.begin(OperateChannel(peer, hub, operations, holder))
    return peer
  }

  // MARK: To the page

  func lacks(before end: Int) -> Bool { !isTelling && (whole != nil || position < end) }

  func tell(atMost most: Int) -> Int {
    guard !isOver, !isTelling else { return 0 }
    if position < hub.journal.start { whole = 0 }
    let count = whole.map { tellAll(after: $0, atMost: most) } ?? tellChanges(atMost: most)
    if !isTelling { hub.goOn(with: self) }
    return count
  }

  private func tellAll(after number: Int, atMost most: Int) -> Int {
    if number == 0 { position = hub.journal.end }
    let page = hub.registry.opened.page(after: number, atMost: most)
    whole = page.count < most ? nil : page.last?.number
    say(page.map { hub.entry($0) }, over: [], isWhole: number == 0)
    return page.count
  }

  private func tellChanges(atMost most: Int) -> Int {
    let (changes, next) = hub.changes(after: position, atMost: most)
    position = next
    say(
      changes.compactMap { $0.terminal.map { hub.entry($0) } },
      over: changes.filter { $0.terminal == nil }.map(\.number), isWhole: false)
    return changes.count
  }

  private func say(_ there: [[UInt8]], over: [Int], isWhole: Bool) {
    guard isWhole || !there.isEmpty || !over.isEmpty else { return }
    isTelling = true
    peer.say(
      .text,
      JSONText.object([
        ("type", .string("terminals")), ("whole", .boolean(isWhole)),
        ("terminals", .array(there.map { .verbatim($0) })),
        ("over", .array(over.map { .number($0) })),
      ]).bytes)
  }

  func flushed() {
    guard isTelling else { return }
    isTelling = false
    hub.goOn(with: self)
  }

  // MARK: From the page

  var takesMore: Bool { questions < Self.questionsPerTurn }

  func turnBegins() { questions = 0 }

  func received(text: [UInt8]) {
    guard !isOver else { return }
    guard let message = OperateMessage(text), let name = visitor.login?.name else {
      return close(.badMessage)
    }
    questions += 1
    let actor = Operator.login(name, address)
    let problem: String?
    switch message.act {
    case .unknown: return
    case .tell(let text, let terminal): problem = operations.tell(text, to: terminal, by: actor)
    case .end(let terminal, let reason):
      problem = operations.end(terminal, reason: reason, by: actor)
    }
    peer.say(
      .text,
      JSONText.object(
        [("type", .string("answer")), ("request", .number(message.request))]
          + (problem.map { [("problem", .string($0))] } ?? [])
      ).bytes)
  }

  func received(close code: CloseCode) { close(code) }

  /// A page that comes back is told everything anew.
  var isIdle: Bool { true }

  var needsLife: Bool { !isOver }

  // MARK: The end

  func end() { close(.violation) }

  private func close(_ code: CloseCode) {
    guard !isOver else { return }
    isOver = true
    hub.remove(self)
    peer.sayClose(code)
    peer.finish()
  }

  func connectionClosed() {
    isOver = true
    hub.remove(self)
  }
}

// A WebSocket through which a directory hears what happens, so that it need not be loaded again.

import EventLoop

/// One channel of the subprotocol `webterm.news.v1`. The page says what it keeps at the server for
/// who has logged in, and nothing else.
///
/// Nothing waits here in words: it is known how far the page has come in the hub's journal, and
/// what it is told is true when it goes out. A storm of terminals costs each directory a few
/// messages, and a page that reads slowly hears less often. One that does not read at all makes
/// nothing grow.
final class NewsChannel: WebSocketTalk, NewsReader {
  /// The subprotocol's name.
  static let subprotocol = "webterm.news.v1"
  private static let limits = WebSocketPeer.Limits(
    messages: MessageAssembler.Limits(text: 1 << 17, binary: 1024, frames: 16),
    // The longest preference, all of whose bytes are escaped, and more.
    queue: 8 * PreferenceSet.longest)

  /// A way through all terminals, behind the one of that number.
  private enum Sweep {
    /// The page is told of all; what it knew is nothing any more.
    case whole(after: Int, isFirst: Bool)
    /// The page is told where what it may see has changed.
    case rights(after: Int)
  }

  let visitor: Visitor
  private unowned let peer: WebSocketPeer
  private let hub: NewsHub
  private var isOver = false
  /// Events before this position of the hub's journal are told.
  private var position: Int
  private var sweep: Sweep? = .whole(after: 0, isFirst: true)
  private var areTargetsDue = false
  private var areRightsDue = false
  /// Which terminals the page knows of, by their numbers: of what it may not see it hears nothing
  /// at all.
  private var told: Set<Int> = []
  /// Whether the page has not taken yet what it was told last.
  private var isTelling = false
  /// Whether the page has asked for what it keeps.
  private var hearsPreferences = false
  /// What of it the page is to be told, in order.
  private var due: [PreferenceSet.Name] = []
  /// Whether the page was not told yet that it was told of all.
  private var isAllDue = false

  private init(_ peer: WebSocketPeer, hub: NewsHub, visitor: Visitor) {
    self.peer = peer
    self.hub = hub
    self.visitor = visitor
    position = hub.journalEnd
    hub.add(self)
  }

  /// A directory's channel on a connection.
  ///
  /// - Parameters:
  ///   - connection: Where the page is.
  ///   - hub: Whose news it tells.
  ///   - visitor: Who reads them.
  ///   - opening: Bytes that must go out before the first frame: the handshake's answer.
  /// - Returns: The conversation to be had on it.
  static func open(
    on connection: Connection, hub: NewsHub, visitor: Visitor, opening: [UInt8]
  ) -> WebSocketPeer {
    let peer = WebSocketPeer(connection, limits, opening: opening)
    peer.begin(NewsChannel(peer, hub: hub, visitor: visitor))
    return peer
  }

  // MARK: News

  func hearOfTargets() {
    areTargetsDue = true
    // Without a login no visitor sees others' terminals, and one's own stay one's own.
    if visitor.login != nil { areRightsDue = true }
  }

  func lacks(before end: Int) -> Bool {
    !isTelling
      && (sweep != nil || areTargetsDue || areRightsDue || !due.isEmpty || isAllDue
        || position < end)
  }

  func tell(atMost most: Int) -> Int {
    guard !isOver, !isTelling else { return 0 }
    if areTargetsDue { say(#"{"type":"devices"}"#) }
    areTargetsDue = false
    if tellPreference() { return 1 }
    if sweep == nil, position < hub.journalStart { sweep = .whole(after: 0, isFirst: true) }
    if sweep == nil, areRightsDue { (sweep, areRightsDue) = (.rights(after: 0), false) }
    let count =
      switch sweep {
      case .whole(let number, let isFirst): tellAll(after: number, isFirst, atMost: most)
      case .rights(let number): tellOfRights(after: number, atMost: most)
      case nil: tellOfEvents(atMost: most)
      }
    // Nothing of it may have been for these eyes.
    if !isTelling { hub.goOn(with: self) }
    return count
  }

  private func tellAll(after number: Int, _ isFirst: Bool, atMost most: Int) -> Int {
    if isFirst { (told, position) = ([], hub.journalEnd) }
    let page = hub.registry.opened.page(after: number, atMost: most)
    sweep = page.count < most ? nil : page.last.map { .whole(after: $0.number, isFirst: false) }
    var there: [JSONText] = []
    for terminal in page { add(terminal, to: &there) }
    say(there, over: [], isWhole: isFirst)
    return page.count
  }

  private func tellOfRights(after number: Int, atMost most: Int) -> Int {
    let page = hub.registry.opened.page(after: number, atMost: most)
    sweep = page.count < most ? nil : page.last.map { .rights(after: $0.number) }
    var (there, over): ([JSONText], [JSONText]) = ([], [])
    for terminal in page where hub.sees(terminal, visitor) != told.contains(terminal.number) {
      if told.remove(terminal.number) != nil {
        over.append(.number(hub.keys.key(of: terminal.number)))
      } else {
        add(terminal, to: &there)
      }
    }
    say(there, over: over, isWhole: false)
    return page.count
  }

  private func tellOfEvents(atMost most: Int) -> Int {
    let end = min(position + most, hub.journalEnd)
    let events = hub.events(position..<end)
    position = end
    var (there, over): ([JSONText], [JSONText]) = ([], [])
    for (number, terminal) in events {
      if let terminal, add(terminal, to: &there) { continue }
      if told.remove(number) != nil { over.append(.number(hub.keys.key(of: number))) }
    }
    say(there, over: over, isWhole: false)
    return events.count
  }

  /// Adds what the page may see of a terminal; false where that is nothing.
  @discardableResult
  private func add(_ terminal: Terminal, to there: inout [JSONText]) -> Bool {
    guard let entry = hub.entry(terminal, for: visitor) else { return false }
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
    isTelling = true
    peer.say(.text, text)
  }

  // MARK: Preferences

  func received(text: [UInt8]) {
    guard !isOver, let login = visitor.login?.name.text, let message = PreferenceMessage(text)
    else {
      return
    }
    switch message {
    case .ask where hearsPreferences: break
    case .ask:
      hearsPreferences = true
      hub.preferences?.add(self, of: login)
    case .keep(let name, let value):
      hub.preferences?.keep(value, as: name, by: self, of: login)
    }
  }

  /// Tells the page one of what it keeps; false where there is none to tell.
  private func tellPreference() -> Bool {
    guard let login = visitor.login?.name.text else { return false }
    while let name = due.first {
      due.removeFirst()
      guard let value = hub.preferences?.value(name, of: login) else { continue }
      say(PreferenceMessage.telling(name, value))
      return true
    }
    guard isAllDue else { return false }
    isAllDue = false
    say(PreferenceMessage.all)
    return true
  }

  // MARK: The page

  /// A page that comes back is told everything anew.
  var isIdle: Bool { true }

  var needsLife: Bool { !isOver }

  func received(close code: CloseCode) {
    close(code)
  }

  func flushed() {
    guard isTelling else { return }
    isTelling = false
    hub.goOn(with: self)
  }

  // MARK: The end

  /// Its reader has no business here any more.
  func end() {
    close(.violation)
  }

  private func close(_ code: CloseCode) {
    guard !isOver else { return }
    leave()
    peer.sayClose(code)
    peer.finish()
  }

  func connectionClosed() {
    leave()
  }

  private func leave() {
    isOver = true
    hub.remove(self)
    if let login = visitor.login?.name.text, hearsPreferences {
      hub.preferences?.leave(self, of: login)
    }
  }
}

extension NewsChannel: PreferenceReader {
  func hear(of names: [PreferenceSet.Name], isAll: Bool) {
    due += names.filter { !due.contains($0) }
    if isAll { isAllDue = true }
    hub.goOn(with: self)
  }
}

// Where the same is typed into several terminals at once, as the server sees it.

import EventLoop

/// Compares what comes in for the terminals of each owner: the same input in several of them within
/// a moment was typed, or sent by a script, for all of them. What a page claims to do is not asked.
///
/// Each terminal's number is reported where it changes, and at most once a second.
final class ParallelInput: TimerHandler, TerminalListener {
  /// So far apart the same input may come in different terminals.
  private static let moment: Duration = .milliseconds(500)
  /// How often it is looked at what has come.
  private static let pause: Duration = .seconds(1)
  /// By so many bytes at the beginning pieces of input are compared.
  private static let compared = 64
  /// Pieces in terminals that are kept until they are looked at, of one owner and of all. One owner
  /// cannot fill what is for all.
  private static let (mostOfOne, most) = (1024, 65536)

  /// Input, and the terminals for which it came.
  private struct Piece {
    let hash: UInt64
    let began: MonotonicInstant
    var terminals: [Terminal]
  }

  private struct Hand {
    var pieces: [Piece] = []
    /// In how many terminals they are, each counted for itself.
    var count = 0
    /// To how many terminals each one's input goes, where that is several and was reported.
    var told: [TerminalID: Int] = [:]
    /// Those whose page says that it types into one alone again.
    var over: [Terminal] = []

    var isDone: Bool { pieces.isEmpty && told.isEmpty && over.isEmpty }

    /// - Returns: Whether there is something new to be looked at.
    mutating func add(_ hash: UInt64, for terminal: Terminal, now: MonotonicInstant) -> Bool {
      guard count < ParallelInput.mostOfOne else { return false }
      let index = pieces.lastIndex { $0.hash == hash && now - $0.began < ParallelInput.moment }
      guard let index else {
        pieces.append(Piece(hash: hash, began: now, terminals: [terminal]))
        count += 1
        return true
      }
      guard !pieces[index].terminals.contains(where: { $0 === terminal }) else { return false }
      pieces[index].terminals.append(terminal)
      count += 1
      return true
    }
  }

  private let reactor: Reactor
  private let registry: TerminalRegistry
  private var hands: [Owner: Hand] = [:]
  private var count = 0
  private var timer: Reactor.Timer?
  private var isTimerSet = false

  /// - Parameters:
  ///   - registry: Whose terminals these are, and which is told.
  ///   - reactor: The loop.
  init(registry: TerminalRegistry, reactor: Reactor) {
    self.registry = registry
    self.reactor = reactor
  }

  /// Input has come for a terminal.
  func came(_ bytes: Span<UInt8>, for terminal: Terminal) {
    guard registry.count > 1, count < Self.most, let hash = Self.hash(bytes) else { return }
    let isNew = hands[terminal.owner, default: Hand()]
      .add(hash, for: terminal, now: reactor.now)
    guard isNew else { return }
    count += 1
    setTimer()
  }

  /// A page says that it types into this terminal alone again: what was reported is over, where
  /// something was.
  func ended(_ terminal: Terminal) {
    let owner = terminal.owner
    guard let hand = hands[owner], !hand.over.contains(where: { $0 === terminal }) else { return }
    hands[owner]?.over.append(terminal)
    setTimer()
  }

  func heard(_ event: TerminalEvent, of terminal: Terminal) {
    guard event.isLast else { return }
    hands[terminal.owner]?.told[terminal.id] = nil
    if hands[terminal.owner]?.isDone == true { hands[terminal.owner] = nil }
  }

  /// What emulators answer by themselves, and the mouse, comes at the same time from several
  /// without a key: it does not count.
  private static func hash(_ bytes: Span<UInt8>) -> UInt64? {
    guard !bytes.isEmpty else { return nil }
    if bytes[0] == 0x1b, bytes.count > 3 { return nil }
    // The FNV hash: short, and good enough where a coincidence costs a line in a log.
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for index in 0..<min(bytes.count, compared) {
      hash = (hash ^ UInt64(bytes[index])) &* 0x100_0000_01b3
    }
    return hash
  }

  // MARK: Time

  private func setTimer() {
    guard !isTimerSet else { return }
    let timer = self.timer ?? reactor.makeTimer(handler: self)
    self.timer = timer
    isTimerSet = true
    reactor.set(timer, to: reactor.now + Self.pause)
  }

  func timerFired(now: MonotonicInstant) {
    isTimerSet = false
    for owner in Array(hands.keys) {
      guard var hand = hands[owner] else { continue }
      look(at: &hand, now: now)
      hands[owner] = hand.isDone ? nil : hand
      if !hand.pieces.isEmpty || !hand.over.isEmpty { setTimer() }
    }
  }

  private func look(at hand: inout Hand, now: MonotonicInstant) {
    let ripe = hand.pieces.prefix { now - $0.began >= Self.moment }
    hand.pieces.removeFirst(ripe.count)
    var numbers: [TerminalID: (terminal: Terminal, number: Int)] = [:]
    for piece in ripe {
      count -= piece.terminals.count
      hand.count -= piece.terminals.count
      let number = piece.terminals.count
      for terminal in piece.terminals where numbers[terminal.id].map({ $0.number < number }) ?? true
      {
        numbers[terminal.id] = (terminal, number)
      }
    }
    for (terminal, number) in numbers.values { tell(terminal, number > 1 ? number : 0, in: &hand) }
    let over = hand.over.filter { numbers[$0.id] == nil }
    hand.over.removeAll { terminal in over.contains { $0 === terminal } }
    for terminal in over { tell(terminal, 0, in: &hand) }
  }

  private func tell(_ terminal: Terminal, _ number: Int, in hand: inout Hand) {
    guard hand.told[terminal.id] ?? 0 != number, registry.find(terminal.id) === terminal else {
      return
    }
    hand.told[terminal.id] = number == 0 ? nil : number
    registry.events.tell(.sending(to: number), of: terminal)
  }
}

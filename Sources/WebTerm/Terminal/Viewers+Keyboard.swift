// Who of a terminal's viewers types, and how the keyboard changes hands.

import EventLoop

extension Viewers {
  /// Takes input of a viewer's, if it types and there is room.
  func type(_ piece: Span<UInt8>, by viewer: Viewer) -> Viewer.Typed {
    guard keyboard.typist == viewer.number else { return .watches }
    switch viewer.input.judge(piece.count, room: isHeld ? 0 : relay.room) {
    case .beyondRoom: return .beyondRoom
    case .roomWasTaken: return .dropped
    case .fits: break
    }
    viewer.input.take(piece.count)
    relay.type(piece, by: viewer)
    // Who is alone knows what it has begun.
    if begun.typed(piece), here.count > 1 { changed() }
    return .taken
  }

  /// How many bytes more a viewer may send now.
  func room(of viewer: Viewer) -> Int {
    keyboard.typist == viewer.number && !isHeld ? relay.room : 0
  }

  /// Whether input is taken, as long as it is required that another one looks on.
  func settleHold() {
    let isHeld = requires.map { !isSeen(by: $0) } ?? false
    guard isHeld != self.isHeld else { return }
    self.isHeld = isHeld
    guard let typist = relay.readers.typist?.observer else { return }
    typist.terminalHasRoom()
    if isHeld, let requires { typist.terminalTells(.notice(ViewerNotice(requires.message))) }
  }

  /// Whether another person than the one who types looks on, of those who have to. Another window
  /// of the same person's is none.
  private func isSeen(by requires: FourEyes) -> Bool {
    let typist = all.first { $0.number == keyboard.typist }?.person.holder.visitor.owner
    return here.contains {
      $0.person.holder.visitor.owner != typist && $0.sees && requires.includes($0.person)
    }
  }

  func control(by viewer: Viewer, force: Bool) {
    carryOut(
      force
        ? keyboard.force(by: viewer.number, now: reactor.now)
        : keyboard.control(by: viewer.number, now: reactor.now), by: viewer)
  }

  func give(_ taker: Int, by viewer: Viewer) {
    // To one that is away nothing is given.
    guard here.contains(where: { $0.number == taker }) else { return }
    carryOut(keyboard.give(by: viewer.number, to: taker, now: reactor.now), by: viewer)
  }

  func deny(_ asker: Int, by viewer: Viewer) {
    carryOut(keyboard.deny(by: viewer.number, to: asker), by: viewer)
  }

  func release(by viewer: Viewer) {
    carryOut(keyboard.release(by: viewer.number), by: viewer)
  }

  /// Tells a viewer its role as it is.
  func answer(_ viewer: Viewer) { carryOut([keyboard.answer(viewer.number)]) }

  func carryOut(_ effects: [Keyboard.Effect], by cause: Viewer? = nil) {
    settleTypist(by: cause)
    for effect in effects {
      switch effect {
      case .role(let number, let role, let by):
        tell(number, .role(role, by: by.flatMap { name(of: $0) }))
      case .asked(let asker):
        guard let typist = keyboard.typist else { continue }
        tell(typist, .asked(viewer: asker, who: name(of: asker) ?? ""))
      case .denied(let asker): tell(asker, .denied)
      }
    }
  }

  /// What follows from another typist: what holds the program back, and what all are told.
  func settleTypist(by cause: Viewer? = nil) {
    let typist = all.first { $0.number == keyboard.typist }
    guard typist !== relay.readers.typist else { return }
    relay.typistChanges(to: typist)
    changed()
    guard let typist else { return }
    if isHeld, let requires {
      typist.observer?.terminalTells(.notice(ViewerNotice(requires.message)))
    }
    tellTypist(typist, by: cause)
  }

  private func name(of number: Int) -> String? {
    all.first { $0.number == number }?.person.who
  }

  func tell(_ number: Int, _ news: ViewerNews) {
    all.first { $0.number == number }?.observer?.terminalTells(news)
  }
}

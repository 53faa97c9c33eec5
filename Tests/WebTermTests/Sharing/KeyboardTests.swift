// How the keyboard changes hands.

import EventLoop
import Testing

@testable import WebTerm

@Suite("The keyboard") struct KeyboardTests {
  private let now = MonotonicInstant.now

  /// A private terminal: 1 is its owner's and types, 2 is a guest to type, 3 may only watch, 4 is
  /// an operator's.
  private func room() -> Keyboard {
    var keyboard = Keyboard()
    _ = keyboard.join(1, as: .owner, wish: .type, now: now)
    _ = keyboard.join(2, as: .guest, wish: .type, now: now)
    _ = keyboard.join(3, as: .watcher, wish: .type, now: now)
    _ = keyboard.join(4, as: .operator, wish: .type, now: now)
    return keyboard
  }

  @Test("the first one types, in turn 0") func first() {
    var keyboard = Keyboard()
    #expect(keyboard.join(1, as: .owner, wish: .type, now: now) == [])
    #expect(keyboard.typist == 1)
    #expect(keyboard.turn == 0)
    #expect(keyboard.role(of: 1) == .type)
  }

  @Test("a viewer that wants to watch watches, though there is no typist") func wantsToWatch() {
    var keyboard = Keyboard()
    _ = keyboard.join(1, as: .owner, wish: .watch, now: now)
    #expect(keyboard.typist == nil)
  }

  @Test("a new viewer of the owner takes the keyboard, and the former typist watches")
  func ownerTakes() {
    var keyboard = room()
    #expect(
      keyboard.join(5, as: .owner, wish: .type, now: now) == [.role(viewer: 1, .watch, by: 5)])
    #expect(keyboard.typist == 5)
    #expect(keyboard.turn == 1)
  }

  @Test("others who come take nothing", arguments: [Standing.watcher, .guest, .visitor, .operator])
  func othersWatch(_ standing: Standing) {
    var keyboard = room()
    #expect(keyboard.join(5, as: standing, wish: .type, now: now) == [])
    #expect(keyboard.typist == 1)
  }

  @Test("where there is no typist a viewer that may type does", arguments: Standing.allCases)
  func freeConsole(_ standing: Standing) {
    var keyboard = Keyboard()
    _ = keyboard.join(1, as: standing, wish: .type, now: now)
    #expect(keyboard.typist == (standing == .watcher ? nil : 1))
  }

  @Test("coming back changes nothing, and a typist hears who has asked meanwhile")
  func comesBack() {
    var keyboard = room()
    _ = keyboard.control(by: 2, now: now)
    #expect(keyboard.comeBack(2, now: now) == [])
    #expect(keyboard.comeBack(1, now: now) == [.asked(viewer: 2)])
    _ = keyboard.join(5, as: .owner, wish: .type, now: now)
    #expect(keyboard.comeBack(1, now: now) == [])
    #expect(keyboard.typist == 5)
  }

  @Test("a viewer that asks waits for the typist") func asks() {
    var keyboard = room()
    #expect(keyboard.control(by: 2, now: now) == [.asked(viewer: 2)])
    #expect(keyboard.typist == 1)
    #expect(
      keyboard.give(by: 1, to: 2, now: now)
        == [.role(viewer: 1, .watch, by: 1), .role(viewer: 2, .type, by: 1)])
    #expect(keyboard.turn == 1)
  }

  @Test("an ask is heard once a second") func askPace() {
    var keyboard = room()
    _ = keyboard.control(by: 2, now: now)
    #expect(keyboard.control(by: 2, now: now + .milliseconds(999)) == [])
    #expect(keyboard.control(by: 2, now: now + .seconds(1)) == [.asked(viewer: 2)])
    #expect(keyboard.control(by: 4, now: now + .seconds(1)) == [.asked(viewer: 4)])
  }

  @Test("a denied viewer is told once, and may ask again") func denies() {
    var keyboard = room()
    #expect(keyboard.deny(by: 1, to: 2) == [])
    _ = keyboard.control(by: 2, now: now)
    #expect(keyboard.deny(by: 1, to: 2) == [.denied(viewer: 2)])
    #expect(keyboard.deny(by: 1, to: 2) == [])
    #expect(keyboard.control(by: 2, now: now) == [.asked(viewer: 2)])
  }

  @Test("asking is taking where there is no typist, and force, too") func asksWhereFree() {
    var keyboard = room()
    #expect(keyboard.release(by: 1) == [.role(viewer: 1, .watch, by: 1)])
    #expect(keyboard.typist == nil)
    var other = keyboard
    #expect(keyboard.control(by: 2, now: now) == [.role(viewer: 2, .type, by: 2)])
    #expect(other.force(by: 2, now: now) == [.role(viewer: 2, .type, by: 2)])
    #expect(keyboard.turn == 1)
  }

  @Test("a viewer that takes up again what it has released begins no turn") func sameTurn() {
    var keyboard = room()
    _ = keyboard.release(by: 1)
    _ = keyboard.control(by: 1, now: now)
    #expect(keyboard.typist == 1)
    #expect(keyboard.turn == 0)
  }

  @Test("an operator takes by force; who still asks asks the new typist") func force() {
    var keyboard = room()
    _ = keyboard.control(by: 2, now: now)
    #expect(
      keyboard.force(by: 4, now: now) == [
        .role(viewer: 1, .watch, by: 4), .role(viewer: 4, .type, by: 4), .asked(viewer: 2),
      ])
  }

  @Test("a guest and a watcher take nothing by force", arguments: [2, 3]) func noForce(
    _ viewer: Int
  ) {
    var keyboard = room()
    #expect(keyboard.force(by: viewer, now: now).count == 1)
    #expect(keyboard.force(by: viewer, now: now) == [keyboard.answer(viewer)])
    #expect(keyboard.typist == 1)
  }

  @Test("a viewer that may only watch never types") func onlyWatches() {
    var keyboard = room()
    #expect(keyboard.control(by: 3, now: now) == [keyboard.answer(3)])
    #expect(keyboard.give(by: 1, to: 3, now: now) == [])
    _ = keyboard.release(by: 1)
    #expect(keyboard.control(by: 3, now: now) == [keyboard.answer(3)])
    #expect(keyboard.force(by: 3, now: now) == [keyboard.answer(3)])
    #expect(keyboard.typist == nil)
  }

  @Test("only the typist gives, denies and releases", arguments: [2, 3, 4])
  func onlyTypist(_ viewer: Int) {
    var keyboard = room()
    _ = keyboard.control(by: 2, now: now)
    #expect(keyboard.give(by: viewer, to: 4, now: now) == [keyboard.answer(viewer)])
    #expect(keyboard.deny(by: viewer, to: 2) == [keyboard.answer(viewer)])
    #expect(keyboard.release(by: viewer) == [keyboard.answer(viewer)])
    #expect(keyboard.typist == 1)
  }

  @Test(
    "nothing is given to one that is not here, or to oneself", arguments: [0, 1, 99, -1, Int.min])
  func givesToNobody(_ taker: Int) {
    var keyboard = room()
    #expect(keyboard.give(by: 1, to: taker, now: now) == [])
    #expect(keyboard.typist == 1)
    #expect(keyboard.turn == 0)
  }

  @Test("a typist that is gone leaves the keyboard free, and a number that is over is no viewer")
  func gone() {
    var keyboard = room()
    _ = keyboard.control(by: 2, now: now)
    keyboard.gone(1)
    #expect(keyboard.typist == nil)
    #expect(keyboard.standing(of: 1) == nil)
    #expect(keyboard.control(by: 1, now: now) == [.role(viewer: 1, .watch, by: nil)])
    #expect(keyboard.control(by: 2, now: now) == [.role(viewer: 2, .type, by: 2)])
  }

  @Test("a typist whose right is gone watches") func judged() {
    var keyboard = room()
    _ = keyboard.give(by: 1, to: 2, now: now)
    #expect(keyboard.judge(2, as: .watcher) == [.role(viewer: 2, .watch, by: nil)])
    #expect(keyboard.typist == nil)
    #expect(keyboard.judge(2, as: .guest) == [])
    #expect(keyboard.judge(9, as: .owner) == [])
    #expect(keyboard.standing(of: 9) == nil)
  }
}

@Suite("The beginning of a line") struct BegunTests {
  @Test(
    "bytes since the last Enter count",
    arguments: [
      ("", 0), ("reload in 5", 11), ("ls\r", 0), ("ls\rpwd", 3), ("a\nb\rcd", 2), ("\r\r", 0),
    ])
  func count(_ text: String, _ expected: Int) {
    let bytes = Array(text.utf8)
    for cut in 0...bytes.count {
      var begun = Begun()
      for piece in [bytes[..<cut], bytes[cut...]] {
        let before = begun.count
        let changed = begun.typed(Array(piece).span)
        #expect(changed == (begun.count != before))
      }
      #expect(begun.count == expected)
    }
  }
}

@Suite("The rhythm of viewers") struct ChangePaceTests {
  @Test("the first change is told at once, others together half a second later") func rhythm() {
    var pace = ChangePace()
    let now = MonotonicInstant.now
    #expect(pace.tick(now: now) == false)
    pace.changed(now: now)
    #expect(pace.nextDeadline == now)
    #expect(pace.tick(now: now) == true)
    #expect(pace.tick(now: now) == false)
    pace.changed(now: now + .milliseconds(1))
    pace.changed(now: now + .milliseconds(2))
    #expect(pace.nextDeadline == now + .milliseconds(500))
    #expect(pace.tick(now: now + .milliseconds(499)) == false)
    #expect(pace.tick(now: now + .milliseconds(500)) == true)
    pace.changed(now: now + .seconds(9))
    #expect(pace.tick(now: now + .seconds(9)) == true)
  }
}

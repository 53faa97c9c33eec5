// The keyboard against a model of ten lines, by random steps.

import EventLoop
import Testing

@testable import WebTerm

/// What the keyboard should be, in the fewest words.
private struct Model {
  var here: [Int: Standing] = [:]
  var asking: Set<Int> = []
  var typist: Int?
  var last: Int?
  var turn = 0

  mutating func take(_ viewer: Int) {
    if let last, last != viewer { turn += 1 }
    (typist, last, asking) = (viewer, viewer, asking.subtracting([viewer]))
  }
  mutating func free() { (typist, asking) = (nil, []) }
}

@Suite("The keyboard in random steps") struct KeyboardStepsTests {
  #if DEBUG
    private static let steps = 100_000
  #else
    private static let steps = 1_000_000
  #endif

  /// A keyboard, the model beside it, and what each page believes.
  private struct Walk {
    var keyboard = Keyboard()
    var model = Model()
    var told: [Int: Role] = [:]
    var next = 1
    var now = MonotonicInstant.now

    mutating func step(_ random: inout SplitMix) {
      now = now + .milliseconds(Int.random(in: 0...1500, using: &random))
      let known = model.here.keys.sorted()
      // Now and then a viewer that is not here, or not any more.
      let stranger = Int.random(in: -1...next, using: &random)
      let viewer =
        Int.random(in: 0..<20, using: &random) == 0
        ? stranger : known.randomElement(using: &random) ?? stranger
      let other = known.randomElement(using: &random) ?? stranger
      let standing = Standing.allCases.randomElement(using: &random) ?? .watcher
      var (effects, asked): ([Keyboard.Effect], Set<Int>) = ([], [])
      switch Int.random(in: 0..<(known.count < 8 ? 10 : 9), using: &random) {
      case 0:
        effects = keyboard.comeBack(viewer, now: now)
        asked = viewer == model.typist ? model.asking : []
      case 1:
        keyboard.gone(viewer)
        (model.here[viewer], told[viewer]) = (nil, nil)
        model.asking.remove(viewer)
        if model.typist == viewer { model.free() }
      case 2:
        effects = keyboard.judge(viewer, as: standing)
        if model.here[viewer] != nil { model.here[viewer] = standing }
        if !standing.mayType { model.asking.remove(viewer) }
        if !standing.mayType, model.typist == viewer { model.free() }
      case 3, 4:
        effects = keyboard.control(by: viewer, now: now)
        if model.here[viewer]?.mayType == true, model.typist != viewer {
          if model.typist == nil { model.take(viewer) } else { model.asking.insert(viewer) }
        }
        asked = Set(effects.compactMap { if case .asked(viewer) = $0 { viewer } else { nil } })
      case 5:
        effects = keyboard.force(by: viewer, now: now)
        if let standing = model.here[viewer], model.typist != viewer,
          standing.mayForce || standing.mayType && model.typist == nil
        {
          model.take(viewer)
          asked = model.asking
        }
      case 6:
        effects = keyboard.give(by: viewer, to: other, now: now)
        if model.typist == viewer, other != viewer, model.here[other]?.mayType == true {
          model.take(other)
          asked = model.asking
        }
      case 7:
        effects = keyboard.deny(by: viewer, to: other)
        if model.typist == viewer, model.asking.remove(other) != nil {
          require(effects == [.denied(viewer: other)], "a denial is told")
        }
      case 8:
        effects = keyboard.release(by: viewer)
        if model.typist == viewer { model.free() } else { model.asking.remove(viewer) }
      default:
        let wish: Role = Bool.random(using: &random) ? .type : .watch
        effects = keyboard.join(next, as: standing, wish: wish, now: now)
        model.here[next] = standing
        if wish == .type, standing.mayType, model.typist == nil || standing == .owner {
          model.take(next)
          asked = model.asking
        }
        told[next] = keyboard.role(of: next)
        next += 1
      }
      check(effects, asked)
    }

    mutating func check(_ effects: [Keyboard.Effect], _ asked: Set<Int>) {
      require(keyboard.typist == model.typist, "the same one types")
      require(keyboard.turn == model.turn, "the same turn")
      var heard: Set<Int> = []
      for effect in effects {
        switch effect {
        case .role(let viewer, let role, _): if told[viewer] != nil { told[viewer] = role }
        case .asked(let viewer): require(heard.insert(viewer).inserted, "asked once")
        case .denied: break
        }
      }
      require(heard == asked, "the typist hears of those who ask")
      for (viewer, role) in told {
        require(role == (viewer == model.typist ? .type : .watch), "each knows its role")
        require(keyboard.standing(of: viewer) == model.here[viewer], "each has its right")
      }
    }

    func require(_ isTrue: Bool, _ what: String) {
      if !isTrue { problems.note(what) }
    }
    let problems = Problems()
  }

  /// What did not fit. `#expect` for each of millions of questions would take minutes.
  private final class Problems {
    private(set) var first: String?
    func note(_ what: String) { first = first ?? what }
  }

  @Test("a million steps leave it as the model says, and every page knows its role") func steps() {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SplitMix(state: seed)
    var walk = Walk()
    for step in 0..<Self.steps {
      walk.step(&random)
      if let problem = walk.problems.first {
        Issue.record("\(problem): seed \(seed), step \(step)")
        return
      }
    }
    #expect(walk.model.turn > Self.steps / 1000, "seed \(seed)")
  }
}

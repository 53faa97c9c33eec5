// What a login keeps: the later change wins, within bounds, and a file gives back what was written.

import Testing

@testable import WebTerm

@Suite("What a login keeps") struct PreferenceSetTests {
  private let now = 1_800_000_000_000

  private func keeps(
    _ set: inout PreferenceSet, _ changed: Int, _ text: String, as name: PreferenceSet.Name,
    now: Int
  ) -> Bool {
    set.keep(PreferenceSet.Value(changed: changed, text: text), as: name, now: now)
  }

  @Test("the later change wins, in whatever order they come")
  func later() {
    let seed = UInt64.random(in: 0...(.max))
    print("preferences: seed \(seed)")
    var random = SplitMix(state: seed)
    for _ in 0..<200 {
      var set = PreferenceSet()
      let changes = (0..<8).map { number in
        PreferenceSet.Value(changed: Int.random(in: 0..<1000, using: &random), text: "\(number)")
      }
      var latest: PreferenceSet.Value?
      for change in changes {
        let isLater = latest.map { $0.changed < change.changed } ?? true
        let isKept = set.keep(change, as: .stars, now: now)
        #expect(isKept == isLater)
        if isLater { latest = change }
      }
      #expect(set.values == latest.map { [.stars: $0] })
    }
  }

  @Test("a text beyond the bound, and a time before all, are not kept")
  func bounds() {
    var set = PreferenceSet()
    let most = String(repeating: "ä", count: PreferenceSet.longest / 2)
    let kept = [
      keeps(&set, 1, most + "x", as: .layouts, now: now),
      keeps(&set, -1, "", as: .layouts, now: now), keeps(&set, 1, most, as: .layouts, now: now),
    ]
    #expect(kept == [false, false, true])
  }

  @Test("a clock that is ahead does not keep all later changes out")
  func ahead() {
    var set = PreferenceSet()
    let later = now + PreferenceSet.mostAhead
    let kept = [
      keeps(&set, .max, "ahead", as: .keys, now: now),
      keeps(&set, later, "same", as: .keys, now: later),
      keeps(&set, later + 1, "later", as: .keys, now: later + 1),
    ]
    #expect(kept == [true, false, true])
  }

  @Test("a file gives back what was written, whatever is in it")
  func file() throws {
    let seed = UInt64.random(in: 0...(.max))
    print("preferences' files: seed \(seed)")
    var random = SplitMix(state: seed)
    for _ in 0..<200 {
      var set = PreferenceSet()
      for name in PreferenceSet.Name.allCases where Bool.random(using: &random) {
        let scalars = (0..<Int.random(in: 0..<40, using: &random)).compactMap { _ in
          Unicode.Scalar(UInt32.random(in: 0..<0x11000, using: &random))
        }
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars)
        let changed = Int.random(in: 0..<now, using: &random)
        _ = set.keep(.init(changed: changed, text: String(text)), as: name, now: now)
      }
      let again = try PreferenceSet(json: set.json(of: "alice \"<&\u{1}"))
      #expect(
        again.values.mapValues { Array($0.text.utf8) }
          == set.values.mapValues { Array($0.text.utf8) })
      #expect(again.values.mapValues(\.changed) == set.values.mapValues(\.changed))
    }
  }

  @Test("what a file has that is not known is left out")
  func unknown() throws {
    let text =
      #"{"login":"bob","others":[1,{"a":null}],"keys":{"text":"k","changed":5,"more":true}}"#
    #expect(
      try PreferenceSet(json: Array(text.utf8)).values == [.keys: .init(changed: 5, text: "k")])
    #expect(throws: JSONScanner.Problem.self) { try PreferenceSet(json: Array("{".utf8)) }
  }
}

@Suite("What a page says of preferences") struct PreferenceMessageTests {
  @Test(
    "messages",
    arguments: [
      (#"{"type":"preferences"}"#, PreferenceMessage?.some(.ask)),
      (
        #"{"type":"preference","name":"stars","changed":7,"text":"[]"}"#,
        .keep(.stars, .init(changed: 7, text: "[]"))
      ),
      (#"{"type":"preference","name":"stars","changed":-7,"text":"[]"}"#, nil),
      (#"{"type":"preference","name":"passwords","changed":7,"text":"[]"}"#, nil),
      (#"{"type":"preference","name":"stars","text":"[]"}"#, nil),
      (#"{"type":"preference","name":"stars","changed":7}"#, nil),
      (#"{"type":"other"}"#, nil), ("{", nil), ("", nil),
    ])
  func messages(_ text: String, _ message: PreferenceMessage?) {
    #expect(PreferenceMessage(Array(text.utf8)) == message)
  }

  @Test("what is told is understood, and the longest one fits the channel")
  func told() {
    let text = String(repeating: "\u{1}", count: PreferenceSet.longest)
    let value = PreferenceSet.Value(changed: 3, text: text)
    let bytes = PreferenceMessage.telling(.snippets, value)
    #expect(PreferenceMessage(bytes) == .keep(.snippets, value))
    #expect(bytes.count < 8 * PreferenceSet.longest)
  }
}

// How fast a line takes what is pasted.

/// A target's pace of pasting (`paste`): serial lines without flow control lose what comes too fast. The page keeps it.
struct PastePace: Equatable, Sendable {
  /// Milliseconds after each line.
  var lineDelay = 0
  /// Milliseconds after each character.
  var characterDelay = 0
  /// A ``PromptPattern``: the prompt that is waited for after each line.
  var waitFor: String?
}

extension PastePace {
  /// Reads `paste`.
  init(_ section: inout Section) {
    self.init()
    section.section("paste") { section in
      lineDelay = section.integer("lineDelay", in: 0...60_000) ?? lineDelay
      characterDelay = section.integer("characterDelay", in: 0...10_000) ?? characterDelay
      waitFor = section.string("waitFor", PromptPattern.expected) { text in
        PromptPattern.isValid(text) ? text : nil
      }
    }
  }

  /// For the page.
  var json: JSONText {
    .object(
      [("lineDelay", .number(lineDelay)), ("characterDelay", .number(characterDelay))]
        + (waitFor.map { [("waitFor", .string($0))] } ?? []))
  }
}

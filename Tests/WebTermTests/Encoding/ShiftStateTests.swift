import Testing

@testable import WebTerm

@Suite("Shift states of ISO-2022-JP") struct ShiftStateTests {
  private func follow(_ pieces: [[UInt8]]) -> (state: ShiftState, plain: Int?) {
    var state = ShiftState()
    var (plain, before): (Int?, Int) = (nil, 0)
    for piece in pieces {
      if let count = state.take(piece.span.bytes) { plain = before + count }
      before += piece.count
    }
    return (state, plain)
  }

  @Test(
    "what brings a decoder to the state of a text is what the text had, whatever the cuts",
    arguments: ["\u{1b}$B", "\u{1b}$@", "\u{1b}(J", "\u{1b}(I", "\u{1b}$(D"])
  func designations(_ designation: String) {
    let bytes = Array(("text\u{1b}[31m" + designation + "I=").utf8)
    expectSameForEveryCut(of: bytes) { follow($0).state.designation }
    expectSameForEveryCut(of: bytes) { follow($0).plain }
    let (state, plain) = follow([bytes])
    #expect(state.designation == designation && !state.isPlain)
    // The last plain place is before the escape.
    #expect(plain == 9)
  }

  @Test("a text is plain again behind its last designation of ASCII")
  func plain() {
    let (state, plain) = follow([Array("\u{1b}$BI=\u{1b}(B".utf8)])
    #expect(state.isPlain && plain == 8 && state.designation.isEmpty)
  }
}

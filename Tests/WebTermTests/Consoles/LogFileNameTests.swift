import Testing

@testable import WebTerm

@Suite("Names of consoles' files") struct LogFileNameTests {
  @Test(
    "no name leads out of the folder, and no two are the same",
    arguments: (0..<50).map { _ in UInt64.random(in: .min ... .max) })
  func randomNames(seed: UInt64) {
    var random = SplitMix(state: seed)
    var known: [String: String] = [:]
    for _ in 0..<200 {
      let count = Int.random(in: 1...128, using: &random)
      let parts = ["/", ".", "..", "%", "%2F", "a", "A", " ", "\u{1}", "漢", "é", "\\", "~", "\n"]
      var name = ""
      for _ in 0..<count { name += parts.randomElement(using: &random) ?? "" }
      let file = LogFileName.safe(name)
      #expect(!file.utf8.contains(UInt8(ascii: "/")) && !file.hasPrefix("."), "seed \(seed)")
      #expect(!file.isEmpty && file.utf8.count <= 250, "seed \(seed)")
      #expect(file.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f }, "seed \(seed)")
      #expect(known[file] ?? name == name, "seed \(seed)")
      known[file] = name
    }
  }

  @Test("a plain name is what it is")
  func plain() {
    #expect(LogFileName.safe("rack 1: sw03") == "rack 1: sw03")
    #expect(LogFileName.safe("../x") == "%2E.%2Fx")
  }
}

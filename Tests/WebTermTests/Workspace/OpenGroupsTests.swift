// Which groups a login sees, asked for by pattern.

import Testing

@testable import WebTerm

@Suite("Open groups") struct OpenGroupsTests {
  let open = OpenGroups(["hall1/rack2/top", "hall2", "grün"].map { Array($0.utf8) })

  @Test(
    "a group is open with all above it, by name and by pattern",
    arguments: ["hall1", "hall1/rack2", "hall1/rack2/top", "hall2", "h*", "*/rack2", "*", "grün"])
  func has(_ pattern: String) { #expect(open.has(pattern)) }

  @Test(
    "others are not, nor another spelling, nor what lies below",
    arguments: ["hall", "hall1/rack", "hall1/rack2/top/a", "hall3*", "", "gru\u{308}n"])
  func hasNot(_ pattern: String) { #expect(!open.has(pattern)) }
}

// Every cell of who may say what.

import Testing

@testable import WebTerm

@Suite("Messages by right and role") struct MessageTableTests {
  /// One letter for each message, in the order of `MessageKind`: yes, leaves, dropped (.), role,
  /// refused (x), bad.
  private static let letters: [Verdict: Character] = [
    .allowed: "y", .leaves: "l", .dropped: ".", .role: "r", .refused: "x", .bad: "b",
  ]

  struct Row: CustomStringConvertible {
    let standing: Standing
    let role: Role
    let isConsole: Bool
    let isFree: Bool
    let cells: String

    var description: String {
      "\(standing), \(role), \(isConsole ? "console" : "private"), \(isFree ? "free" : "taken")"
    }
  }

  private static func row(
    _ standing: Standing, _ role: Role, console: Bool, free: Bool, _ cells: String
  ) -> Row {
    Row(standing: standing, role: role, isConsole: console, isFree: free, cells: cells)
  }

  // hello input resize ack ping close break sending | control force give deny release
  // | sees note share unshare links
  static let rows: [Row] = [
    row(.owner, .type, console: false, free: false, "byyyyyyy rryyy yyyyy"),
    row(.operator, .type, console: false, free: false, "byyyyyyy rryyy yyyyy"),
    row(.visitor, .type, console: false, free: false, "byyyyyyy rryyy yyyyy"),
    row(.guest, .type, console: false, free: false, "byyyyyyy rryyy yyxxx"),
    row(.owner, .watch, console: false, free: false, "bryyyyr. yyrrr yyyyy"),
    row(.operator, .watch, console: false, free: false, "bryyyyr. yyrrr yyyyy"),
    row(.visitor, .watch, console: false, free: false, "bryyylr. yyrrr yyyyy"),
    row(.guest, .watch, console: false, free: false, "bryyylr. yrrrr yyxxx"),
    row(.watcher, .watch, console: false, free: false, "bryyylr. rrrrr yyxxx"),
    row(.owner, .watch, console: false, free: true, "bryyyyr. yyrrr yyyyy"),
    row(.operator, .watch, console: false, free: true, "bryyyyr. yyrrr yyyyy"),
    row(.visitor, .watch, console: false, free: true, "bryyylr. yyrrr yyyyy"),
    row(.guest, .watch, console: false, free: true, "bryyylr. yyrrr yyxxx"),
    row(.watcher, .watch, console: false, free: true, "bryyylr. rrrrr yyxxx"),
    row(.operator, .type, console: true, free: false, "byyyylyy rryyy yyyyy"),
    row(.visitor, .type, console: true, free: false, "byyyylyy rryyy yyyyy"),
    row(.guest, .type, console: true, free: false, "byyyylyy rryyy yyxxx"),
    row(.operator, .watch, console: true, free: false, "bryyylr. yyrrr yyyyy"),
    row(.visitor, .watch, console: true, free: false, "bryyylr. yyrrr yyyyy"),
    row(.guest, .watch, console: true, free: false, "bryyylr. yrrrr yyxxx"),
    row(.watcher, .watch, console: true, free: false, "bryyylr. rrrrr yyxxx"),
    row(.operator, .watch, console: true, free: true, "bryyylr. yyrrr yyyyy"),
    row(.visitor, .watch, console: true, free: true, "bryyylr. yyrrr yyyyy"),
    row(.guest, .watch, console: true, free: true, "bryyylr. yyrrr yyxxx"),
    row(.watcher, .watch, console: true, free: true, "bryyylr. rrrrr yyxxx"),
  ]

  @Test("each message comes to what its cell says", arguments: rows) func cell(_ row: Row) {
    let expected = row.cells.filter { $0 != " " }
    #expect(expected.count == MessageKind.allCases.count)
    for (message, cell) in zip(MessageKind.allCases, expected) {
      let verdict = MessageTable.verdict(
        on: message, of: row.standing, row.role, isConsole: row.isConsole, isFree: row.isFree)
      #expect(Self.letters[verdict] == cell, "\(message)")
    }
  }
}

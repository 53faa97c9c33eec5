// A telnet host that says whatever it likes.

@testable import WebTerm

/// Decoder, options and subnegotiations under one host, and its bytes cut where the first of them
/// says.
enum TelnetHarness: Harness {
  static let seeds: [[UInt8]] = [
    [0, 255, 251, 1, 255, 253, 31, 65, 13, 0, 255, 255, 66], [3, 255, 250, 24, 1, 255, 240, 65],
    [1, 255, 253, 39, 255, 250, 39, 1, 0, 85, 83, 69, 82, 255, 240],
    [7, 255, 250, 42, 1, 32, 85, 84, 70, 45, 56, 255, 240],
    [2, 255, 253, 6, 255, 241, 255, 249, 67],
    [5, 255, 251, 0, 13, 0, 255, 252, 0, 13, 0],
    [4, 65, 255, 255, 255, 251, 99, 255, 250, 24, 1, 255, 251, 1, 66],
  ]

  static func run(_ bytes: [UInt8]) {
    guard let cut = bytes.first else { return }
    let input = Array(bytes.dropFirst())
    for mode in TelnetSettings.Mode.allCases {
      let whole = hear([input], mode)
      let place = Int(cut) % (input.count + 1)
      let pieces = hear([Array(input[..<place]), Array(input[place...])], mode)
      require(whole == pieces, "where bytes are cut changes nothing")
      require(whole.shown.count <= input.count, "no more is shown than came")
      if mode == .raw {
        require(whole.shown == input && whole.answers.isEmpty, "a raw line is left alone")
      }
    }
  }

  private struct Result: Equatable {
    var shown: [UInt8] = []
    var answers: [UInt8] = []
  }

  private static func hear(_ pieces: [[UInt8]], _ mode: TelnetSettings.Mode) -> Result {
    var settings = TelnetSettings()
    settings.mode = mode
    var session = TelnetSession(
      settings,
      TelnetFacts(
        terminalType: "xterm", user: "alice", charset: "utf-8", columns: 80, rows: 24))
    var result = Result()
    for piece in pieces {
      var position = 0
      while let range = session.next(piece.span, &position) {
        result.shown += session.takeReleased()
        result.shown += piece[range]
      }
      result.shown += session.takeReleased()
      require(position == piece.count, "all of it is taken")
    }
    result.shown += session.releaseHeld()
    result.answers = session.answers
    return result
  }
}

// A host's key that is not the known one, as ssh reports it and as we do.

/// What ssh prints where a host's key is not the known one.
struct HostKeyWarning: Equatable {
  /// The line above and below ssh's warnings: 59 times `@`.
  static let frame = Array("\(String(repeating: "@", count: 59))\r\n".utf8)
  private static let head =
    frame + Array("@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\r\n".utf8) + frame
  /// The last that ssh says then.
  private static let tail = Array("\r\nHost key verification failed.\r\n".utf8)

  /// The key that the host showed, as `SHA256:…`.
  let fingerprint: String

  /// - Parameter report: All that ssh has said, from the first byte to the last; nil where that is
  ///   not exactly such a report, such as a banner that quotes one: something always follows that.
  init?(_ report: [UInt8]) {
    guard report.starts(with: Self.head), report.suffix(Self.tail.count) == Self.tail[...] else {
      return nil
    }
    let text = String(decoding: report, as: UTF8.self)
    guard let start = text.firstRange(of: " key sent by the remote host is\nSHA256:") else {
      return nil
    }
    let digits = text[start.upperBound...].prefix { character in
      character.isASCII && (character.isLetter || character.isNumber || "+/".contains(character))
    }
    fingerprint = "SHA256:\(digits)"
  }

  /// Whether such a report begins so, and may go on.
  static func mayBe(_ report: [UInt8]) -> Bool {
    report.starts(with: head) || head.starts(with: report)
  }

  /// For the visitor, who cannot do anything about it.
  var explanation: String {
    """
    \r
    This host showed another key than the one that is known here (\(fingerprint)).\r
    Either it was set up anew, or somebody stands between this server and the host.\r
    You were not logged in and nothing that you typed was sent to it.\r
    Tell your administrator, who alone can accept the new key.\r

    """
  }
}

// A host's key that is not the known one, in ssh's words and in ours.

/// What ssh prints where a host's key is not the known one.
struct HostKeyWarning: Equatable {
  /// The key that the host showed, as `SHA256:…`.
  let fingerprint: String

  /// Nil where the words are none of that kind.
  init?(_ words: [UInt8]) {
    let text = String(decoding: words, as: UTF8.self)
    guard text.contains("REMOTE HOST IDENTIFICATION HAS CHANGED"),
      let start = text.firstRange(of: "SHA256:")
    else { return nil }
    let digits = text[start.upperBound...].prefix { character in
      character.isASCII && (character.isLetter || character.isNumber || "+/".contains(character))
    }
    fingerprint = "SHA256:\(digits)"
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

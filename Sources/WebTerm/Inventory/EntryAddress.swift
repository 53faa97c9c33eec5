// Addresses as file_sd writes them.

import EventLoop

/// `host`, `host:port`, `[::1]` or `[::1]:22`.
struct EntryAddress: Equatable {
  let host: String
  let port: String?
  /// Whether it is an IPv6 address without brackets whose end may have been meant as a port.
  let isAmbiguous: Bool

  /// Nil where brackets are not closed, hold something else, or are followed by something else than
  /// a port.
  init?(_ text: String) {
    if text.hasPrefix("[") {
      guard let end = text.firstIndex(of: "]") else { return nil }
      let rest = text[text.index(after: end)...]
      host = String(text[text.index(after: text.startIndex)..<end])
      guard host.contains(":"), Target.isHost(host), rest.isEmpty || rest.hasPrefix(":") else {
        return nil
      }
      port = rest.isEmpty ? nil : String(rest.dropFirst())
      isAmbiguous = false
      return
    }
    guard let colon = text.lastIndex(of: ":") else {
      (host, port, isAmbiguous) = (text, nil, false)
      return
    }
    let end = text[text.index(after: colon)...]
    guard text.firstIndex(of: ":") == colon else {
      // Groups such as 22, 23, 2222 and 7001 are written by joining an address and a port with a
      // colon.
      let isPort =
        UInt16(address: end) != nil && (end.utf8.count >= 4 || end == "22" || end == "23")
      (host, port, isAmbiguous) = (text, nil, isPort)
      return
    }
    (host, port, isAmbiguous) = (String(text[..<colon]), String(end), false)
  }
}

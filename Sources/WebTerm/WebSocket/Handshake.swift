// What turns an HTTP request into a WebSocket. Who may do so is Access's business.

/// The opening handshake, server's side (RFC 6455, section 4.2).
enum Handshake {
  /// Why a request that asks for an upgrade does not get one.
  enum Problem: Error, Equatable {
    /// Not a WebSocket handshake with a proper key.
    case malformed(String)
    /// No version, or another than 13.
    case wrongVersion
    /// The subprotocol is not offered.
    case wrongSubprotocol
  }

  /// Whether a request asks to become a WebSocket at all.
  static func isWanted(by fields: HandshakeFields) -> Bool {
    fields.upgrade.contains { $0.asciiLowercased == "websocket" }
  }

  /// The value of `Sec-WebSocket-Accept` for a handshake that is in order.
  ///
  /// - Throws: A ``Problem`` that says what is wrong with it.
  static func accept(
    _ fields: HandshakeFields, subprotocol: String
  ) throws(Problem) -> String {
    guard fields.connection.contains(where: { $0.asciiLowercased == "upgrade" }) else {
      throw .malformed("Connection: Upgrade is missing")
    }
    guard fields.version == "13" else { throw .wrongVersion }
    guard let key = fields.key, key.utf8.count == 24, key.hasSuffix("==") else {
      throw .malformed("Sec-WebSocket-Key must be 16 bytes in base64")
    }
    guard fields.subprotocols.contains(subprotocol) else { throw .wrongSubprotocol }
    return acceptKey(for: key)
  }

  /// The proof that the server understood `key` (section 4.2.2, step 5.4).
  package static func acceptKey(for key: String) -> String {
    Base64.encode(SHA1.hash(Array("\(key)258EAFA5-E914-47DA-95CA-C5AB0DC85B11".utf8)))
  }
}

/// The header fields that a handshake is made of, so that it needs to know nothing of HTTP.
struct HandshakeFields {
  let upgrade: [String]
  let connection: [String]
  let version: String?
  let key: String?
  let subprotocols: [String]
}

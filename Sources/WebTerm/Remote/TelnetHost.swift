// The other side of a telnet conversation.

/// Where it leads, how it talks and what may be told there.
struct TelnetHost {
  /// Its name or address.
  let name: String
  let port: UInt16
  let settings: TelnetSettings
  let facts: TelnetFacts
  /// How long a connection may take.
  let timeout: Duration
}

// Where a telnet conversation leads.

extension TelnetRemote {
  /// Where it leads and what may be told there.
  struct Place {
    let host: String
    let port: UInt16
    let settings: TelnetSettings
    let facts: TelnetSession.Facts
    /// How long a connection may take.
    let patience: Duration
  }
}

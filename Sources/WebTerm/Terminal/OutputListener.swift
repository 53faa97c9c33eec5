// Who reads what a terminal's remote says as it comes, and not from the log.

/// A reader that is always at the end of a terminal's log: it holds nothing back and lacks nothing.
protocol OutputListener: AnyObject {
  /// The remote has said so much, which is lent for the call. Nothing of the terminal may be
  /// changed meanwhile.
  func terminalSaid(_ bytes: RawSpan)
}

// A port as it stands in an address.

extension UInt16 {
  /// Reads plain digits without leading zeros: `init(_:)` alone would take `+22` and `0022`, too.
  init?(address text: some StringProtocol) {
    guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), !text.hasPrefix("0") else {
      return nil
    }
    self.init(String(text))
  }
}

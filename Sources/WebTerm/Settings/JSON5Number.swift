// A number, as JSON5 writes it: with a sign, in hexadecimal, with a point at either end.

/// Numbers that a configuration may have.
enum JSON5Number {
  /// Reads one; nil where it is none.
  static func read(_ text: String) -> JSONTree? {
    // Whole numbers are nearly all there are.
    if let first = text.utf8.first, (0x30...0x39).contains(first) || first == UInt8(ascii: "-"),
      let number = Int(text), !hasLeadingZero(text.drop { $0 == "-" })
    {
      return .integer(number)
    }
    let digits = text.hasPrefix("-") || text.hasPrefix("+") ? text.dropFirst() : text[...]
    let sign = text.hasPrefix("-") ? -1 : 1
    if digits.hasPrefix("0x") || digits.hasPrefix("0X") {
      let hex = digits.dropFirst(2)
      guard hex.utf8.allSatisfy({ $0.hexValue != nil }) else { return nil }
      return Int(hex, radix: 16).map { .integer(sign * $0) }
    }
    guard let first = digits.utf8.first,
      (0x30...0x39).contains(first) || first == UInt8(ascii: "."),
      digits.utf8.allSatisfy({ (0x30...0x39).contains($0) || ".eE+-".utf8.contains($0) }),
      !hasLeadingZero(digits), digits != ".", let number = Double(padded(digits)), number.isFinite
    else { return nil }
    let signed = Double(sign) * number
    return Int(exactly: signed).map { .integer($0) } ?? .number(signed)
  }

  private static func hasLeadingZero(_ digits: Substring) -> Bool {
    digits.utf8.count > 1 && digits.utf8.first == UInt8(ascii: "0")
      && digits.utf8.dropFirst().first.map { (0x30...0x39).contains($0) } == true
  }

  /// JSON5 takes `.5` and `5.`.
  private static func padded(_ digits: Substring) -> String {
    var text = digits.hasPrefix(".") ? "0\(digits)" : String(digits)
    if let point = text.firstIndex(of: ".") {
      let next = text.index(after: point)
      let hasDigit = next < text.endIndex && text[next].isNumber
      if !hasDigit { text.insert("0", at: next) }
    }
    return text
  }
}

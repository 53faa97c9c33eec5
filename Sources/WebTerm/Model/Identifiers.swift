// Numbers that cannot be guessed, and the names of terminals, which are made of them.

import Glibc

/// 128 bits from the kernel's random source (getrandom(2)).
struct RandomID: Hashable {
  private let high: UInt64
  private let low: UInt64

  init() {
    var generator = SystemRandomNumberGenerator()
    high = generator.next()
    low = generator.next()
  }

  /// Reads ``text``'s spelling: 32 hex digits in lower case; nil for anything else.
  init?(_ text: some StringProtocol) {
    let digits = Array(text.utf8)
    guard digits.count == 32 else { return nil }
    var words: [2 of UInt64] = [0, 0]
    for (index, digit) in digits.enumerated() {
      // One spelling only: an ID in capitals is another text.
      guard let value = digit.hexValue, !(0x41...0x46).contains(digit) else { return nil }
      words[index / 16] = words[index / 16] << 4 | UInt64(value)
    }
    high = words[0]
    low = words[1]
  }

  /// 32 hex digits.
  var text: String {
    high.hex(digits: 16) + low.hex(digits: 16)
  }

  /// Takes the same time wherever two IDs differ.
  static func == (a: Self, b: Self) -> Bool {
    (a.high ^ b.high) | (a.low ^ b.low) == 0
  }
}

/// A terminal's name: the instance that holds it, and a number that cannot be guessed.
struct TerminalID: Hashable, CustomStringConvertible {
  let instance: String
  let number: RandomID

  init(instance: String) {
    self.instance = instance
    number = RandomID()
  }

  /// Reads `instance-number`; nil for anything else.
  init?(_ text: String) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0].utf8.allSatisfy(\.isNameByte), let number = RandomID(parts[1])
    else { return nil }
    instance = String(parts[0])
    self.number = number
  }

  var description: String { "\(instance)-\(number.text)" }
}

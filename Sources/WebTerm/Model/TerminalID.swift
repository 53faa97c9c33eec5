// What a channel calls a terminal when it comes back.

/// A terminal's name: the instance that holds it, and a number that nobody can guess.
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

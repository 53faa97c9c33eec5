// What every harness is: a parser, bytes to begin with, and rules that must hold whatever the bytes
// are.

/// A parser under random input. It fails by a trap: that is what a fuzzer looks for.
protocol Harness: Sendable {
  /// Inputs that are well-formed, or nearly: where a search begins.
  static var seeds: [[UInt8]] { get }

  /// As many inputs as a second of the unit tests allows.
  static var rounds: Int { get }

  /// Parses `bytes`; traps where a rule is broken.
  static func run(_ bytes: [UInt8])
}

extension Harness {
  static var rounds: Int { 2000 }
}

/// All of them, by name.
enum Harnesses {
  static var all: [String: any Harness.Type] {
    [
      "http": HTTPHarness.self, "websocket": WebSocketHarness.self, "messages": MessageHarness.self,
      "configuration": ConfigurationHarness.self, "inventory": InventoryHarness.self,
      "telnet": TelnetHarness.self,
      "telnet-host": TelnetHostHarness.self, "screen": ScreenHarness.self, "work": WorkHarness.self,
      "lines": LinesHarness.self,
    ]
  }
}

/// A rule that must hold.
func require(_ condition: Bool, _ rule: String) {
  if !condition { fatalError("broken rule: \(rule)") }
}

/// The bytes in two or more pieces, the cuts chosen by the bytes themselves.
func pieces(of bytes: [UInt8]) -> [[UInt8]] {
  var pieces: [[UInt8]] = []
  var rest = bytes[...]
  while let first = rest.first {
    let length = min(rest.count, Int(first % 13) + 1)
    pieces.append(Array(rest.prefix(length)))
    rest = rest.dropFirst(length)
  }
  return pieces
}

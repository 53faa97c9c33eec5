// What the directory's page learns of the targets.

/// The targets as JSON, written once: for 2,000 of them that takes longer than a turn of the loop may.
struct DeviceListing: Sendable {
  private let descriptions: [[UInt8]]

  init(_ targets: [Target]) {
    descriptions = targets.map { Array(Self.describe($0).text.utf8) }
  }

  /// An array of the targets at these places.
  func json(_ places: some Sequence<Int>) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(descriptions.reduce(2) { $0 + $1.count + 1 })
    for place in places {
      bytes.append(UInt8(ascii: bytes.isEmpty ? "[" : ","))
      bytes += descriptions[place]
    }
    if bytes.isEmpty { bytes.append(UInt8(ascii: "[")) }
    bytes.append(UInt8(ascii: "]"))
    return bytes
  }

  private static func describe(_ target: Target) -> JSONText {
    .object([
      ("name", .string(target.name)),
      ("title", .string(target.title ?? target.name)),
      ("group", .string(target.group ?? "")),
      (
        "labels",
        .object(target.labels.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })
      ),
      (
        "methods",
        .array(
          Method.allCases.compactMap { method in
            target.rules[method].map { describe(method, $0) }
          })
      ),
    ])
  }

  private static func describe(_ method: Method, _ rules: Target.Rules) -> JSONText {
    .object([
      ("method", .string(method.rawValue)),
      (
        "ports",
        .array(
          rules.ports.ranges.map { range in
            .array([.number(Int(range.lowerBound)), .number(Int(range.upperBound))])
          })
      ),
      (
        "lines",
        .object(
          rules.ports.names.sorted { $0.key < $1.key }.map { ("\($0.key)", .string($0.value)) })
      ),
      ("users", .array(rules.users.map { .string($0.pattern) })),
      // Where nobody is told a name, none is asked for.
      ("console", .boolean(method == .telnet && rules.telnet.isConsole)),
    ])
  }
}

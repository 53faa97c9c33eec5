// What the directory's page learns of the targets.

/// The targets as JSON. Each is written once, and all together compressed once: for 2,000 of them
/// that takes longer than a turn of the loop may.
struct DeviceListing: Sendable {
  /// A list as it is sent.
  struct Packed: Sendable {
    let json: [UInt8]
    let gzipped: [UInt8]
    /// Changes with the content.
    let tag: String

    /// In bytes.
    var size: Int { json.count + gzipped.count }

    init(_ json: [UInt8]) {
      self.json = json
      gzipped = Gzip.compress(json)
      tag = "\(String(CRC32.of(json), radix: 16))-\(String(json.count, radix: 16))"
    }
  }

  /// Where each description ends in the whole list; behind it there is a comma or the last bracket.
  private let ends: [Int]
  /// All of them.
  let whole: Packed

  init(_ targets: [Target], colors: [ColorRule] = []) {
    var (bytes, ends): ([UInt8], [Int]) = ([UInt8(ascii: "[")], [])
    ends.reserveCapacity(targets.count)
    for target in targets {
      if !ends.isEmpty { bytes.append(UInt8(ascii: ",")) }
      Self.describe(target, colors.color(of: target)).write(to: &bytes)
      ends.append(bytes.count)
    }
    bytes.append(UInt8(ascii: "]"))
    self.ends = ends
    whole = Packed(bytes)
  }

  /// Those of these numbers. Takes its time.
  func packed(_ indices: [Int]) -> Packed {
    Packed(json(indices))
  }

  /// Those of these numbers, as they are; for a few.
  func json(_ indices: [Int]) -> [UInt8] {
    var bytes: [UInt8] = [UInt8(ascii: "[")]
    for index in indices {
      if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
      bytes += whole.json[(index == 0 ? 1 : ends[index - 1] + 1)..<ends[index]]
    }
    bytes.append(UInt8(ascii: "]"))
    return bytes
  }

  /// What is as it is mostly, is left out.
  private static func describe(_ target: Target, _ color: ColorRule.Color?) -> JSONText {
    var fields: [(String, JSONText)] = [("name", .string(target.name))]
    if let title = target.title { fields.append(("title", .string(title))) }
    if let group = target.group { fields.append(("group", .string(group))) }
    if !target.labels.isEmpty { fields.append(("labels", texts(target.labels))) }
    if let color { fields.append(("color", .string(color.rawValue))) }
    let methods = Method.allCases.compactMap { method in
      target.rules[method].map { describe(method, $0) }
    }
    return .object(fields + [("methods", .array(methods))])
  }

  private static func describe(_ method: Method, _ rules: Target.Rules) -> JSONText {
    var fields: [(String, JSONText)] = [
      ("method", .string(method.rawValue)),
      (
        "ports",
        .array(
          rules.ports.ranges.map { range in
            .array([.number(Int(range.lowerBound)), .number(Int(range.upperBound))])
          })
      ),
      ("users", .array(rules.users.map { .string($0.pattern) })),
    ]
    if !rules.ports.names.isEmpty {
      let names = rules.ports.names.map { ("\($0.key)", $0.value) }
      fields.append(("lines", texts(Dictionary(uniqueKeysWithValues: names))))
    }
    if rules.isShared { fields.append(("shared", .boolean(true))) }
    // Where the host is told no name, the page asks for none.
    if method == .telnet && rules.telnet.isConsole { fields.append(("console", .boolean(true))) }
    return .object(fields)
  }

  private static func texts(_ texts: [String: String]) -> JSONText {
    .object(texts.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })
  }
}

extension DeviceListing.Packed {
  /// The answer to a request for it; a browser that has it already is told so.
  func response(to request: RequestHead) -> Response {
    let usesGzip = request.acceptsGzip
    let tag = "\"\(self.tag)\(usesGzip ? "g" : "")\""
    let isKnown = request.list("if-none-match").contains { $0 == "*" || $0.hasSuffix(tag) }
    var response = Response(
      isKnown ? .notModified : .ok, contentType: "application/json",
      body: isKnown ? [] : usesGzip ? gzipped : json, cacheControl: "private, no-cache")
    response.head.add("ETag", tag)
    response.head.add("Vary", "Accept-Encoding, Cookie")
    if usesGzip { response.head.add("Content-Encoding", "gzip") }
    return response
  }
}

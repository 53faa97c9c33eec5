// The page's words in each language, and which language a request asks for. The tables are files of
// the page, whose scripts read them, too.

/// What the page says in one language.
struct PageWords {
  /// As `lang` has it (BCP 47), such as `zh-Hans`.
  let language: String
  /// By key. What a number decides has several texts, and is for the page's scripts alone.
  private let texts: [String: String]

  /// None where the table cannot be read.
  ///
  /// - Parameters:
  ///   - language: Its tag.
  ///   - script: Gives the page an object that is JSON.
  init?(_ language: String, script: [UInt8]) {
    guard let start = script.firstIndex(of: UInt8(ascii: "{")),
      let end = script.lastIndex(of: UInt8(ascii: "}")), start < end,
      case .object(let entries, _)? = try? JSONTree.parse(
        Array(script[start...end]), file: language)
    else { return nil }
    self.language = language
    texts = entries.compactMapValues { if case .string(let text) = $0 { text } else { nil } }
  }

  /// nil where it has none.
  subscript(_ key: String) -> String? { texts[key] }

  /// Puts words into a template: `{{say:KEY}}`, in text and in attributes.
  func filling(_ template: String) -> String {
    var (text, rest) = ("", template[...])
    while let start = rest.firstRange(of: "{{say:"),
      let end = rest[start.upperBound...].firstRange(of: "}}")
    {
      text += rest[..<start.lowerBound]
      text += Self.escaped(texts[String(rest[start.upperBound..<end.lowerBound])] ?? "")
      rest = rest[end.upperBound...]
    }
    return text + rest
  }

  /// Braces, too: words hold no placeholders of the server's.
  private static func escaped(_ text: String) -> String {
    String(decoding: HTMLTemplate("{{text}}").filled(["text": .text(text)]), as: UTF8.self)
      .replacing("{", with: "&#123;")
  }
}

/// All languages that the page has.
struct PageLanguages {
  /// What is said where a request asks for none that is there.
  static let standard = "en"
  /// The browser's choice, where the page was told another one than the browser's own.
  static let cookie = "webterm-language"

  private let tables: [PageWords]

  /// - Parameter tables: The standard one among them.
  init(_ tables: [PageWords]) {
    self.tables = tables
  }

  /// The tag of the language that a request asks for: by the cookie, else the first of the browser's
  /// languages that is there (RFC 9110, section 12.5.4), by its primary subtag (RFC 4647).
  func choose(for request: RequestHead?) -> String {
    guard let request else { return Self.standard }
    let chosen = request.cookies(Self.cookie).first
    if let chosen, tables.contains(where: { $0.language == chosen }) { return chosen }
    let wanted = request.list("accept-language").prefix(Self.mostRanges).map(Self.range)
    // Ranges of one weight stay in their order.
    let inOrder = wanted.enumerated()
      .filter { $0.element.weight > 0 }
      .sorted { ($1.element.weight, $0.offset) < ($0.element.weight, $1.offset) }
    for (_, range) in inOrder {
      let found = tables.first { Self.primary($0.language) == Self.primary(range.tag) }
      if let found { return found.language }
    }
    return Self.standard
  }

  /// More of them than anybody reads are not looked at.
  private static let mostRanges = 32

  /// A language range with its weight, in thousandths.
  private static func range(_ element: String) -> (tag: String, weight: Int) {
    let parts = element.asciiLowercased.split(atByte: ";").map { $0.trimmingBlanks() }
    let weight = parts.dropFirst().first { $0.utf8.starts(with: "q=".utf8) }
      .flatMap { Double($0.dropFirst(2)) }
    return (parts.first ?? "", Int(max(0, min(1, weight ?? 1)) * 1000))
  }

  private static func primary(_ tag: String) -> Substring {
    tag.prefix { $0 != "-" }
  }
}

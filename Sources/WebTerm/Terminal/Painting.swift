// Bytes that make a screen, on their way to one viewer.

/// A painting. It has no offset and no window, and may be longer than any queue: it is lent in
/// messages, as output is.
struct Painting: ~Copyable {
  /// The longest message, in bytes.
  static let longestMessage = 65536

  /// All of it, in UTF-8; nothing where all of it was sent.
  let bytes: [UInt8]
  private var sent = 0
  /// Bytes that its present message still lacks.
  private(set) var unfinished = 0
  private let budget: MemoryBudget?

  /// None.
  init() {
    bytes = []
    budget = nil
  }

  /// - Parameters:
  ///   - bytes: What makes the screen, in UTF-8.
  ///   - budget: Whose memory it is, for as long as not all of it was sent.
  init(_ bytes: [UInt8], budget: MemoryBudget) {
    self.bytes = bytes
    self.budget = budget
    budget.book(bytes.count)
  }

  deinit {
    budget?.book(-bytes.count)
  }

  /// Whether none of it is left.
  var isOver: Bool { sent == bytes.count }

  /// A message begins.
  ///
  /// - Returns: How many bytes it takes: no character is cut, since a page draws each message by
  ///   itself.
  mutating func beginMessage() -> Int {
    var end = min(bytes.count, sent + Self.longestMessage)
    // A character has four bytes at most; what is none may be cut anywhere.
    for _ in 0..<3 where end < bytes.count && bytes[end] & 0xc0 == 0x80 { end -= 1 }
    unfinished = end - sent
    return unfinished
  }

  /// Lends what its message lacks; what `write` reports as written is sent then.
  mutating func lend(_ write: (RawSpan, RawSpan) -> Int) {
    let written = write(bytes.span.bytes.extracting(sent..<sent + unfinished), RawSpan())
    sent += written
    unfinished -= written
  }
}

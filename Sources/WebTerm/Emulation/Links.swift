// Where pieces of text lead (OSC 8).

/// Where a link leads, in UTF-8.
struct Link: Internable {
  /// What makes several pieces one link, where there is such a thing, and behind it the address: a
  /// host may name a new one with every few bytes, so that a link is one piece of memory.
  private let bytes: [UInt8]
  private let idCount: Int?

  /// None.
  init() {
    bytes = []
    idCount = nil
  }

  init(id: UnsafeBufferPointer<UInt8>?, address: UnsafeBufferPointer<UInt8>) {
    let idCount = id?.count
    let count = (idCount ?? 0) + address.count
    bytes = [UInt8](unsafeUninitializedCapacity: count) { bytes, filled in
      if let id { _ = bytes.initialize(fromContentsOf: id) }
      _ = bytes[(idCount ?? 0)...].initialize(fromContentsOf: address)
      filled = count
    }
    self.idCount = idCount
  }

  /// What makes several pieces one link.
  var id: ArraySlice<UInt8>? { idCount.map { bytes[..<$0] } }

  var address: ArraySlice<UInt8> { bytes[(idCount ?? 0)...] }

  /// Memory that it takes, in bytes, about.
  var size: Int { bytes.count + 128 }

  func hash(_ seed: UInt64) -> UInt64 {
    bytes.withUnsafeBytes { bytes in
      var hash = seed ^ UInt64(truncatingIfNeeded: bytes.count << 16 | (idCount ?? -1))
      var index = 0
      while index + 8 <= bytes.count {
        hash = mixed(hash ^ bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self), seed)
        index += 8
      }
      var rest: UInt64 = 0
      while index < bytes.count {
        rest = rest << 8 | UInt64(bytes[index])
        index += 1
      }
      return mixed(hash ^ rest, seed)
    }
  }
}

/// The links of a screen. Beyond so many bytes there are none.
struct Links {
  /// The most that a screen's links take, in bytes.
  static let mostBytes = 262_144

  private(set) var table = Interned(standard: Link())
  private(set) var bytes = 0
  /// What did not fit since it was last looked which are still there, in bytes.
  private var missed = 0
  /// With so many bytes it is time to look.
  private var looksAt = Links.mostBytes / 2

  subscript(number: UInt32) -> Link { table[number] }

  /// Whether it is time to look which of them are still there.
  var isLookDue: Bool { bytes + missed > looksAt }

  /// The number of a link; 0 where there is no room for it.
  mutating func number(of link: Link) -> UInt32 {
    guard bytes + link.size <= Self.mostBytes else {
      missed += link.size
      return 0
    }
    let former = table.count
    let number = table.number(of: link)
    if table.count > former { bytes += link.size }
    return number
  }

  mutating func removeAll() {
    table.removeAll()
    bytes = 0
    missed = 0
    looksAt = Self.mostBytes / 2
  }

  /// Keeps those that are used; returns the new number of each.
  mutating func keep(_ used: [Bool]) -> [UInt32] {
    let renumbered = table.keep(used)
    bytes = table.values.dropFirst().reduce(0) { $0 + $1.size }
    missed = 0
    looksAt = bytes + Self.mostBytes / 2
    return renumbered
  }
}

// Keys in the order in which they were last seen.

/// Keys, the longest unseen first. Everything takes the same short time, however many there are.
struct RecencyList<Key: Hashable> {
  private struct Neighbours {
    var before: Key?
    var after: Key?
  }

  private var links: [Key: Neighbours] = [:]
  /// The one that was not seen for the longest time.
  private(set) var first: Key?
  private var last: Key?

  /// How many there are.
  var count: Int { links.count }

  /// Puts a key behind all others, whether it was there or not.
  mutating func touch(_ key: Key) {
    if last == key { return }
    remove(key)
    links[key] = Neighbours(before: last, after: nil)
    if let last { links[last]?.after = key }
    first = first ?? key
    last = key
  }

  mutating func remove(_ key: Key) {
    guard let neighbours = links.removeValue(forKey: key) else { return }
    if let before = neighbours.before { links[before]?.after = neighbours.after }
    if let after = neighbours.after { links[after]?.before = neighbours.before }
    if first == key { first = neighbours.after }
    if last == key { last = neighbours.before }
  }
}

// Values that many cells share, by number.

/// A value that can be looked for.
protocol Internable: Equatable {
  /// The same for equal values; `seed` is secret, so that a host cannot choose values of which all
  /// are the same.
  func hash(_ seed: UInt64) -> UInt64
}

/// Mixes two words (a multiplication of which both halves count).
@inline(__always)
func mixed(_ a: UInt64, _ b: UInt64) -> UInt64 {
  let (high, low) = a.multipliedFullWidth(by: b)
  return high ^ low
}

/// A table of values in which each stands once. Number 0 is the standard value, which is always
/// there.
struct Interned<Value: Internable> {
  private(set) var values: [Value]
  /// Where to begin to look for a value, a power of two of them: its number, or 0.
  private var slots: [UInt32]
  private var last: UInt32 = 0
  private let seed: UInt64

  private static var leastSlots: Int { 16 }

  init(standard: Value) {
    values = [standard]
    slots = [UInt32](repeating: 0, count: Self.leastSlots)
    seed = UInt64.random(in: .min ... .max) | 1
  }

  subscript(number: UInt32) -> Value { values[Int(number)] }

  var count: Int { values.count }

  /// Memory that it takes, in bytes, about; nothing for what every table has.
  var memory: Int {
    (values.count - 1) * MemoryLayout<Value>.stride
      + (slots.count - Self.leastSlots) * MemoryLayout<UInt32>.stride
  }

  /// The number of a value, which is taken in where it is new.
  @inline(__always)
  mutating func number(of value: Value) -> UInt32 {
    // Nearly always it is the one that was asked for before.
    if values[Int(last)] == value { return last }
    return search(value)
  }

  private mutating func search(_ value: Value) -> UInt32 {
    if value == values[0] { return 0 }
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: value.hash(seed)) & mask
    while true {
      let number = slots[slot]
      if number == 0 { break }
      if values[Int(number)] == value {
        last = number
        return number
      }
      slot = (slot + 1) & mask
    }
    last = UInt32(values.count)
    values.append(value)
    slots[slot] = last
    if values.count * 2 > slots.count { rehash(slots.count * 2) }
    return last
  }

  private mutating func rehash(_ count: Int) {
    slots = [UInt32](repeating: 0, count: count)
    for number in 1..<max(1, values.count) {
      var slot = Int(truncatingIfNeeded: values[number].hash(seed)) & (count - 1)
      while slots[slot] != 0 { slot = (slot + 1) & (count - 1) }
      slots[slot] = UInt32(number)
    }
  }

  /// Forgets all but the standard value.
  mutating func removeAll() {
    guard values.count > 1 else { return }
    values.removeLast(values.count - 1)
    last = 0
    slots = [UInt32](repeating: 0, count: Self.leastSlots)
  }

  /// Keeps only the values that are used, in their order.
  ///
  /// - Parameters:
  ///   - used: By number; 0 is kept anyway.
  ///   - change: Changes a value that is kept; no two become the same. It is told the new numbers
  ///     of those before it.
  /// - Returns: The new number of each old one.
  mutating func keep(
    _ used: [Bool], _ change: (inout Value, [UInt32]) -> Void = { _, _ in }
  ) -> [UInt32] {
    var renumbered = [UInt32](repeating: 0, count: values.count)
    var kept = 1
    for number in 1..<max(1, values.count) where used[number] {
      change(&values[number], renumbered)
      values.swapAt(kept, number)
      renumbered[number] = UInt32(kept)
      kept += 1
    }
    values.removeLast(values.count - kept)
    last = 0
    var slots = Self.leastSlots
    while slots < values.count * 2 { slots *= 2 }
    rehash(slots)
    return renumbered
  }
}

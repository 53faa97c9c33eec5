// Values that many cells share, by number.

/// A table of values in which each stands once. Number 0 is the standard value, which is always there.
struct Interned<Value: Hashable> {
  private(set) var values: [Value]
  private var numbers: [Value: UInt32] = [:]
  private var last: UInt32 = 0

  init(standard: Value) {
    values = [standard]
    numbers[standard] = 0
  }

  subscript(number: UInt32) -> Value { values[Int(number)] }

  var count: Int { values.count }

  /// The number of a value, which is taken in where it is new.
  mutating func number(of value: Value) -> UInt32 {
    // Nearly always it is the one that was asked for before.
    if values[Int(last)] == value { return last }
    if let number = numbers[value] {
      last = number
      return number
    }
    last = UInt32(values.count)
    values.append(value)
    numbers[value] = last
    return last
  }

  /// Keeps only the values that are used, in their order.
  ///
  /// - Parameter used: By number; 0 is kept anyway.
  /// - Returns: The new number of each old one.
  mutating func keep(_ used: [Bool]) -> [UInt32] {
    var kept = Interned(standard: values[0])
    let renumbered = values.indices.map { index in
      index > 0 && used[index] ? kept.number(of: values[index]) : 0
    }
    self = kept
    return renumbered
  }

  /// Changes all values, of which no two become the same.
  mutating func changeAll(_ change: (inout Value) -> Void) {
    for index in values.indices { change(&values[index]) }
    numbers = Dictionary(uniqueKeysWithValues: values.indices.map { (values[$0], UInt32($0)) })
  }
}

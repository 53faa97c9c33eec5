// The numbers of a control sequence.

/// Parameters of a control sequence, each with its sub-parameters (ECMA-48, section 5.4.2): `38:2::10:20:30;1`.
struct Parameters {
  /// More of either kind are dropped.
  static let most = 32

  /// A parameter that is not there is 0.
  private(set) var values: [Int32] = [0]
  /// Sub-parameters of all parameters; one that is not there is -1.
  private var subs: [Int32] = []
  /// Where each parameter's sub-parameters end.
  private var ends: [Int] = [0]
  private var isSub = false
  private var isFull = false
  private var areSubsFull = false

  var count: Int { values.count }

  /// A parameter; 0 where there is none.
  subscript(index: Int) -> Int { index < values.count ? Int(values[index]) : 0 }

  /// A parameter that counts, where 0 and nothing are one.
  func amount(_ index: Int) -> Int { max(1, self[index]) }

  /// The sub-parameters of a parameter.
  func subParameters(_ index: Int) -> ArraySlice<Int32> {
    guard index < ends.count else { return [] }
    return subs[(index == 0 ? 0 : ends[index - 1])..<ends[index]]
  }

  mutating func reset() {
    values.removeAll(keepingCapacity: true)
    values.append(0)
    ends.removeAll(keepingCapacity: true)
    ends.append(0)
    subs.removeAll(keepingCapacity: true)
    isSub = false
    isFull = false
    areSubsFull = false
  }

  /// Takes a digit, `:` or `;`.
  mutating func take(_ character: UInt8) {
    switch character {
    case UInt8(ascii: ";"):
      isSub = false
      guard values.count < Self.most else {
        isFull = true
        return
      }
      values.append(0)
      ends.append(subs.count)
    case UInt8(ascii: ":"):
      isSub = true
      guard !isFull, subs.count < Self.most else {
        areSubsFull = true
        return
      }
      subs.append(-1)
      ends[ends.count - 1] += 1
    default:
      takeDigit(Int32(character) - 48)
    }
  }

  private mutating func takeDigit(_ digit: Int32) {
    guard !isFull, !(isSub && (areSubsFull || subs.isEmpty)) else { return }
    let former = isSub ? subs[subs.count - 1] : values[values.count - 1]
    let (product, tooMuch) = former.multipliedReportingOverflow(by: 10)
    let (sum, beyond) = product.addingReportingOverflow(digit)
    let value = former == -1 ? digit : tooMuch || beyond ? .max : sum
    if isSub { subs[subs.count - 1] = value } else { values[values.count - 1] = value }
  }

  /// What brings a parser to where this one is.
  var text: String {
    var words = values.indices.map { index in
      "\(values[index])" + subParameters(index).map { $0 == -1 ? ":" : ":\($0)" }.joined()
    }
    if isFull { words.append("") }
    return words.joined(separator: ";") + (areSubsFull ? ":" : "")
  }
}

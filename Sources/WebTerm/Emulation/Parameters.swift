// The numbers of a control sequence.

/// Parameters of a control sequence, each with its sub-parameters (ECMA-48, section 5.4.2):
/// `38:2::10:20:30;1`.
struct Parameters {
  /// More of either kind are dropped.
  static let most = 32

  /// A parameter that is not there is 0.
  private var values = InlineArray<32, Int32>(repeating: 0)
  /// Sub-parameters of all parameters; one that is not there is -1.
  private var subs = InlineArray<32, Int32>(repeating: 0)
  /// Where each parameter's sub-parameters end.
  private var ends = InlineArray<32, UInt8>(repeating: 0)
  private(set) var count = 1
  private var subCount = 0
  private var isSub = false
  private var isFull = false
  private var areSubsFull = false

  /// A parameter; 0 where there is none.
  subscript(index: Int) -> Int { index < count ? Int(values[index]) : 0 }

  /// A parameter that counts, where 0 and nothing are one.
  func amount(_ index: Int) -> Int { max(1, self[index]) }

  /// Which of all sub-parameters are a parameter's.
  private func range(_ index: Int) -> Range<Int> {
    guard index < count else { return 0..<0 }
    return (index == 0 ? 0 : Int(ends[index - 1]))..<Int(ends[index])
  }

  /// How many sub-parameters a parameter has.
  func subCount(_ index: Int) -> Int { range(index).count }

  /// A sub-parameter of a parameter.
  func sub(_ index: Int, _ number: Int) -> Int32 { subs[range(index).lowerBound + number] }

  @inline(__always)
  mutating func reset() {
    values[0] = 0
    ends[0] = 0
    count = 1
    subCount = 0
    isSub = false
    isFull = false
    areSubsFull = false
  }

  /// Takes digits and `;` behind the introducer of a sequence, as most are.
  ///
  /// - Returns: Where they end; what comes then may be another of these characters.
  @inline(__always)
  mutating func read(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    var (index, last) = (start, 0)
    var value: Int32 = 0
    while index < bytes.count {
      let digit = bytes[index] &- 0x30
      if digit < 10, value < 100_000_000 {
        value = value &* 10 &+ Int32(digit)
      } else if digit == 11, last < Self.most - 1 {
        values[last] = value
        last &+= 1
        ends[last] = 0
        value = 0
      } else {
        break
      }
      index &+= 1
    }
    values[last] = value
    count = last &+ 1
    return index
  }

  /// Takes a digit, `:` or `;`.
  @inline(__always)
  mutating func take(_ character: UInt8) {
    let digit = character &- 0x30
    if digit < 10, !isSub, !isFull {
      let former = values[count - 1]
      values[count - 1] = former < 100_000_000 ? former * 10 + Int32(digit) : grown(former, digit)
      return
    }
    takeOther(character)
  }

  private mutating func takeOther(_ character: UInt8) {
    switch character {
    case UInt8(ascii: ";"):
      isSub = false
      guard count < Self.most else {
        isFull = true
        return
      }
      values[count] = 0
      ends[count] = UInt8(subCount)
      count += 1
    case UInt8(ascii: ":"):
      isSub = true
      guard !isFull, subCount < Self.most else {
        areSubsFull = true
        return
      }
      subs[subCount] = -1
      subCount += 1
      ends[count - 1] += 1
    default:
      guard !isFull, isSub, !areSubsFull, subCount > 0 else { return }
      let former = subs[subCount - 1]
      subs[subCount - 1] =
        former == -1 ? Int32(character) - 48 : grown(former, character &- 0x30)
    }
  }

  private func grown(_ former: Int32, _ digit: UInt8) -> Int32 {
    let (product, tooMuch) = former.multipliedReportingOverflow(by: 10)
    let (sum, beyond) = product.addingReportingOverflow(Int32(digit))
    return tooMuch || beyond ? .max : sum
  }

  /// What brings a parser to where this one is.
  var text: String {
    var words = (0..<count).map { index in
      "\(values[index])"
        + range(index).map { subs[$0] == -1 ? ":" : ":\(subs[$0])" }.joined()
    }
    if isFull { words.append("") }
    return words.joined(separator: ";") + (areSubsFull ? ":" : "")
  }
}

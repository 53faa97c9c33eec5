// All terminals by how long they were not touched, to be gone through in pieces.

/// The live terminals, the longest untouched first. A touch takes the same short time, however many
/// there are.
///
/// One pass at a time goes over them, over as many turns as it likes. What is touched meanwhile
/// goes behind all others and is passed there.
struct TouchedOrder {
  /// A terminal's neighbours. It is kept in the terminal; only the order changes it.
  struct Links {
    fileprivate unowned var before: Terminal?
    fileprivate unowned var after: Terminal?
  }

  private unowned var first: Terminal?
  private unowned var last: Terminal?
  /// The terminal that the pass comes to next.
  private unowned var upcoming: Terminal?

  /// Puts a terminal behind all others, whether it was there or not.
  mutating func touch(_ terminal: Terminal) {
    if last === terminal { return }
    if terminal.touched.before != nil || first === terminal { remove(terminal) }
    terminal.touched = Links(before: last, after: nil)
    last?.touched.after = terminal
    if first == nil { first = terminal }
    last = terminal
  }

  /// A terminal is over.
  mutating func remove(_ terminal: Terminal) {
    let links = terminal.touched
    if upcoming === terminal { upcoming = links.after }
    if let before = links.before { before.touched.after = links.after } else { first = links.after }
    if let after = links.after { after.touched.before = links.before } else { last = links.before }
    terminal.touched = Links()
  }

  /// Begins a pass, if none is under way.
  mutating func beginPass() {
    if upcoming == nil { upcoming = first }
  }

  /// The next terminal of the pass; nil behind the last one, where it is over.
  mutating func next() -> Terminal? {
    let next = upcoming
    upcoming = next?.touched.after
    return next
  }

  /// The pass is not done with that terminal.
  mutating func comeBack(to terminal: Terminal) { upcoming = terminal }

  /// The pass is over before its end.
  mutating func endPass() { upcoming = nil }
}

// Which viewers a terminal has had, and how often another one than before has typed.

/// The viewers of one terminal, by number. A number is given once and never again.
struct ViewerNumbers {
  /// How often another viewer than the one before has attached.
  private(set) var turn = 0
  private var last = 0
  /// The viewer that attached last; 0 for none.
  private var typist = 0

  /// Whether that number was given to a viewer.
  func knows(_ number: Int) -> Bool { number >= 1 && number <= last }

  /// A number for a viewer that has not been here before.
  mutating func next() -> Int {
    last += 1
    return last
  }

  /// That viewer attaches, and is the one that types from now on.
  mutating func attach(_ number: Int) {
    if typist != number, typist != 0 { turn += 1 }
    typist = number
  }
}

/// Why a viewer cannot come back.
enum ReturnProblem: Error, Equatable {
  /// There has never been one of that number.
  case unknownViewer
  /// It wants output that was never produced.
  case beyondOutput
  /// Another viewer is attached, and stays.
  case elsewhere
}

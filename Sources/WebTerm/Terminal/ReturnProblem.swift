// Why a page does not get the place at a terminal that it wants.

/// Why a viewer cannot come, or come back.
enum ReturnProblem: Error, Equatable {
  /// There has never been one of that number.
  case unknownViewer
  /// It wants output that was never produced.
  case beyondOutput
  /// So many are here already.
  case tooMany(Int)

  /// For the visitor.
  var message: String {
    switch self {
    case .unknownViewer: "a viewer that this terminal never had"
    case .beyondOutput: "a resume beyond what was sent"
    case .tooMany(let most): "\(most) viewers look at this terminal already. Try again later."
    }
  }
}

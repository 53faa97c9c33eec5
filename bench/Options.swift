// The benchmarks' command line.

/// What the command line asks for.
struct Options {
  struct Problem: Error {
    let message: String
  }

  var scenarios: [String]
  /// How many terminals, one after another; nil leaves it to the scenario.
  var counts: [Int]?
  /// How long each measurement takes.
  var time: Duration = .seconds(6)
  var wantsJSON = false
  var wantsHelp = false
  /// Where the report is kept.
  var output: String?

  /// - Throws: ``Problem``.
  init(_ arguments: [String], _ known: [String]) throws(Problem) {
    var chosen: [String] = []
    var rest = arguments[...]
    scenarios = known
    func value(_ option: String) throws(Problem) -> String {
      guard let value = rest.popFirst() else { throw Problem(message: "\(option) needs a value") }
      return value
    }
    while let argument = rest.popFirst() {
      switch argument {
      case "-h", "--help": wantsHelp = true
      case "--json": wantsJSON = true
      case "--output": output = try value(argument)
      case "--seconds":
        let text = try value(argument)
        guard let seconds = Double(text), seconds > 0, seconds <= 3600 else {
          throw Problem(message: "--seconds \(text): expected a number up to 3600")
        }
        time = .seconds(seconds)
      case "--counts":
        let text = try value(argument)
        counts = try text.split(separator: ",").map { (word) throws(Problem) in
          guard let count = Int(word), count > 0 else {
            throw Problem(message: "--counts \(text): expected numbers, such as 1,50,500")
          }
          return count
        }
      case _ where known.contains(argument): chosen.append(argument)
      default:
        throw Problem(message: "unknown: \(argument) (scenarios: \(known.joined(separator: " ")))")
      }
    }
    if !chosen.isEmpty { scenarios = chosen }
  }

  static func help(_ known: [String]) -> String {
    """
    usage: bench [SCENARIO...] [OPTION...]
    Measures webtermd beside the least that this machine could do, in one run.

    scenarios: \(known.joined(separator: " ")) (default: all)

      --counts N,N,...   how many terminals
      --seconds S        how long each measurement takes (6)
      --json             print JSON instead of the table
      --output FILE      keep the result there, too
      --help             this
    """
  }
}

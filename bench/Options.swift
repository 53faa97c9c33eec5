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
  /// The port of a server that runs already; nil starts one.
  var serverPort: UInt16?
  /// Others to be measured in the same run, by name, each at a port: they speak ttyd's protocol.
  var peers: [(name: String, port: UInt16)] = []
  /// Another build of the server, to be measured in the same run.
  var baseline: String?
  /// Whether it is the screen model that is wanted, as a filter.
  var paints = false
  /// Two results to be compared, by file.
  var comparison: (String, String)?

  /// - Throws: ``Problem``.
  init(_ arguments: [String], _ known: [String]) throws(Problem) {
    var chosen: [String] = []
    var rest = arguments[...]
    scenarios = known
    if arguments == ["paint"] {
      paints = true
      return
    }
    if rest.first == "compare" {
      guard rest.count == 3 else { throw Problem(message: "compare needs two files") }
      comparison = (arguments[1], arguments[2])
      return
    }
    func value(_ option: String) throws(Problem) -> String {
      guard let value = rest.popFirst() else { throw Problem(message: "\(option) needs a value") }
      return value
    }
    while let argument = rest.popFirst() {
      switch argument {
      case "-h", "--help": wantsHelp = true
      case "--json": wantsJSON = true
      case "--output": output = try value(argument)
      case "--baseline": baseline = try value(argument)
      case "--server": serverPort = try Self.port(of: try value(argument))
      case "--peer":
        let words = try value(argument).split(separator: "=", maxSplits: 1).map(String.init)
        guard words.count == 2 else { throw Problem(message: "--peer needs NAME=URL") }
        peers.append((words[0], try Self.port(of: words[1])))
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

  /// The port of `http://127.0.0.1:PORT/`: nothing but this machine is ever driven.
  private static func port(of url: String) throws(Problem) -> UInt16 {
    let prefix = "http://127.0.0.1:"
    guard url.hasPrefix(prefix),
      let port = UInt16(url.dropFirst(prefix.count).prefix { $0 != "/" })
    else { throw Problem(message: "\(url): expected http://127.0.0.1:PORT/") }
    return port
  }

  static func help(_ known: [String]) -> String {
    """
    usage: bench [SCENARIO...] [OPTION...]
           bench compare OLD.json NEW.json
           bench paint                            the screen model as a filter (Painter.swift)
    Measures webtermd beside the least that this machine could do, in one run.

    scenarios: \(known.joined(separator: " ")) (default: all)

      --counts N,N,...   how many terminals
      --seconds S        how long each measurement takes (6)
      --server URL       drive this server (http://127.0.0.1:PORT/), whose telnet client is bench-child
      --peer NAME=URL    measure this one, too; it speaks ttyd's protocol and runs bench-child
                         (ttyd --writable --url-arg bench-child); one on PATH is started anyway
      --baseline PROGRAM another build of webtermd (such as the last release's), measured by echo, output
                         and idle in the same run
      --json             print JSON instead of the table
      --output FILE      keep the result there, too
      --help             this
    """
  }
}

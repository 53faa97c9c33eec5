// The benchmarks' main program: runs scenarios, prints the table, keeps the result; or compares two
// results.

import EventLoop
import Glibc

@main
struct Main {
  private static let scenarios: [any Scenario] = [
    EchoScenario(), FloodScenario(), OutputScenario(), FairnessScenario(), TurnsScenario(),
    InterruptScenario(), AttachScenario(), HTTPScenario(), IdleScenario(), ChurnScenario(),
    InventoryScenario(), TelnetScenario(), ScreenScenario(), SSHScenario(),
  ]

  nonisolated static func main() {
    do {
      let options = try Options(Array(CommandLine.arguments.dropFirst()), scenarios.map(\.name))
      if options.wantsHelp {
        say(Options.help(scenarios.map(\.name)))
        return
      }
      if options.paints { return Painter.run() }
      if let (former, latter) = options.comparison {
        say(try Comparison(former, latter).table)
        return
      }
      try run(options)
    } catch let problem as Options.Problem {
      complain(problem.message)
      exit(64)
    } catch {
      complain("\(error)")
      exit(1)
    }
  }

  private static func run(_ options: Options) throws {
    signal(SIGPIPE, SIG_IGN)
    raiseDescriptorLimit()
    let bench = try Bench(options)
    // The bare ptys' children are nobody's concern once their line is closed.
    signal(SIGCHLD, SIG_IGN)
    defer { bench.programs.clean() }
    var failed: [String] = []
    for scenario in scenarios where options.scenarios.contains(scenario.name) {
      if isatty(2) == 1 { complain("\(scenario.name)…") }
      do {
        try scenario.measure(bench)
      } catch  where !bench.isInterrupted {
        // What the others found is not lost for that.
        complain("\(scenario.name): \(error)")
        failed.append(scenario.name)
      }
    }
    say(
      options.wantsJSON
        ? String(decoding: try bench.report.json(), as: UTF8.self) : bench.report.table)
    if let file = options.output { try writeFile(file, try bench.report.json()) }
    if !failed.isEmpty { throw BenchFailure("not measured: \(failed.joined(separator: ", "))") }
  }

  private static func raiseDescriptorLimit() {
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    limit.rlim_cur = limit.rlim_max
    // Root may have more than its hard limit: two for each of 10,000 terminals.
    var wanted = rlimit(rlim_cur: 65536, rlim_max: 65536)
    if limit.rlim_max < wanted.rlim_max,
      setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &wanted) == 0
    {
      return
    }
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  }

  private static func say(_ text: String) {
    write(1, "\(text)\n")
  }

  private static func complain(_ text: String) {
    write(2, "bench: \(text)\n")
  }

  private static func write(_ descriptor: CInt, _ text: String) {
    var text = text
    text.withUTF8 { _ = Glibc.write(descriptor, $0.baseAddress, $0.count) }
  }
}

// The benchmarks' main program: runs scenarios, prints the table, keeps the result.

import EventLoop
import Glibc

/// Something to be measured.
protocol Scenario: Sendable {
  var name: String { get }

  /// Measures, and tells `bench` what it found.
  ///
  /// - Throws: Why it cannot be measured.
  func run(_ bench: Bench) throws
}

/// One run.
final class Bench {
  let options: Options
  let programs: Programs
  let context: LineContext
  private(set) var report: Report

  init(_ options: Options) throws {
    self.options = options
    programs = try Programs()
    context = LineContext(reactor: try Reactor(), buffer: ByteStream.Buffer())
    report = Report(machine: .this, time: Int(time(nil)))
  }

  /// Takes a finding into the report.
  func found(_ finding: Finding) {
    report.findings.append(finding)
  }

  /// Turns the loop for so long.
  func turn(for time: Duration) throws {
    let end = ContinuousClock.now + time
    while ContinuousClock.now < end { try context.reactor.turn(until: end) }
  }

  /// Turns the loop until something is so.
  ///
  /// - Throws: ``BenchFailure`` where that takes longer than `patience`.
  func turn(
    until isSo: () -> Bool, _ what: String, patience: Duration = .seconds(20)
  ) throws {
    let end = ContinuousClock.now + patience
    while !isSo() {
      guard ContinuousClock.now < end else { throw BenchFailure("not within \(patience): \(what)") }
      try context.reactor.turn(until: end)
    }
  }
}

@main
struct Main {
  private static let scenarios: [any Scenario] = [
    EchoScenario(), FloodScenario(), FairnessScenario(), InterruptScenario(),
  ]

  nonisolated static func main() {
    do {
      let options = try Options(Array(CommandLine.arguments.dropFirst()), scenarios.map(\.name))
      if options.wantsHelp {
        say(Options.help(scenarios.map(\.name)))
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
    signal(SIGCHLD, SIG_IGN)
    raiseDescriptorLimit()
    let bench = try Bench(options)
    defer { bench.programs.clean() }
    for scenario in scenarios where options.scenarios.contains(scenario.name) {
      if isatty(2) == 1 { complain("\(scenario.name)…") }
      try scenario.run(bench)
    }
    say(
      options.wantsJSON
        ? String(decoding: try bench.report.json(), as: UTF8.self) : bench.report.table)
    if let file = options.output { try writeFile(file, try bench.report.json()) }
  }

  private static func raiseDescriptorLimit() {
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    limit.rlim_cur = limit.rlim_max
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

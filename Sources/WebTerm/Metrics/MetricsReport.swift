// The server's state for a collector, as a text that is made in pieces.

import EventLoop
import Glibc

/// The server's state in Prometheus' text format, version 0.0.4.
///
/// However many terminals there are, one piece of the work is small: ``goOn()`` does one and says
/// whether it was the last.
struct MetricsReport {
  /// What is reported.
  struct Sources {
    let instance: String
    let metrics: Metrics
    let registry: TerminalRegistry
    /// Lines that the server keeps open.
    var lines: [(destination: Destination, status: LineStatus?)] = []
    var alarms: [Alarms.Count] = []
    /// Cookies that are remembered.
    let visitors: Int
    let writers: [WriterThread]
    var consoleLogs: BatchAppender?
    let reactor: Reactor
  }

  /// Terminals that are counted, lines that are written and descriptors that are counted in one
  /// piece.
  static let piece = 128

  private enum Step {
    case terminals(after: Int)
    case labels
    case lines(ConsoleMetrics)
    case alarms(AlarmMetrics)
    case descriptors(Folder?, count: Int)
    case done
  }

  /// Terminals that are counted together.
  private struct Label: Hashable, Comparable {
    let method: String
    let state: String
    let target: String

    static func < (a: Self, b: Self) -> Bool {
      (a.method, a.state, a.target) < (b.method, b.state, b.target)
    }
  }

  private let sources: Sources
  private var text = ""
  private var step = Step.terminals(after: 0)
  private let last: Int
  private var (live, attached, output, input) = (0, 0, 0, 0)
  private var counts: [Label: Int] = [:]
  private var order = MinimumHeap<Label>()

  /// - Parameter sources: What is reported, as it is now; terminals that are opened from now on are
  ///   not counted.
  init(_ sources: Sources) {
    self.sources = sources
    last = sources.registry.opened.last
    output = sources.metrics.output
    input = sources.metrics.input
  }

  /// The whole text.
  var bytes: [UInt8] { Array(text.utf8) }

  /// Does the next piece of the work.
  ///
  /// - Returns: Whether the text is complete.
  mutating func goOn() -> Bool {
    switch step {
    case .terminals(let number): count(after: number)
    case .labels: writeLines()
    case .lines(let lines): write(lines)
    case .alarms(let alarms): write(alarms)
    case .descriptors(let folder, let count): countDescriptors(folder, count)
    case .done: break
    }
    if case .done = step { return true }
    return false
  }

  // MARK: Terminals

  /// A terminal is over that may not have been counted yet: what it came to is none of the
  /// sources'.
  mutating func isOver(_ terminal: Terminal) {
    guard case .terminals(let number) = step, terminal.number > number, terminal.number <= last
    else { return }
    output += terminal.relay.produced
    input += terminal.relay.received
  }

  private mutating func count(after number: Int) {
    let page = sources.registry.opened.page(after: number, atMost: Self.piece)
    for terminal in page where terminal.number <= last { count(terminal) }
    if page.count == Self.piece, let next = page.last?.number, next < last {
      step = .terminals(after: next)
    } else {
      step = .labels
      writeTotals()
    }
  }

  private mutating func count(_ terminal: Terminal) {
    live += 1
    if terminal.isAttached { attached += 1 }
    output += terminal.relay.produced
    input += terminal.relay.received
    let label = Label(
      method: terminal.destination.method.rawValue,
      state: terminal.isAttached ? "attached" : "detached",
      target: terminal.destination.target.name)
    let count = counts[label] ?? 0
    if count == 0 { order.add(label) }
    counts[label] = count + 1
  }

  private mutating func writeTotals() {
    add(
      "webtermd_build_info", "gauge", "Which build this is.",
      [
        (["version": Version.number, "instance": sources.instance], 1)
      ])
    add("webtermd_terminals", "gauge", "Live terminals.", live)
    add("webtermd_terminals_attached", "gauge", "Terminals with a channel.", attached)
    header("webtermd_target_terminals", "gauge", "Live terminals by where they lead.")
  }

  private mutating func writeLines() {
    for _ in 0..<Self.piece {
      guard let label = order.takeLeast() else {
        writeRest()
        step = .lines(ConsoleMetrics(sources.lines))
        return
      }
      text += "webtermd_target_terminals{method=\"\(label.method)\",state=\"\(label.state)\","
      text += "target=\"\(Self.escape(label.target))\"} \(counts[label] ?? 0)\n"
    }
  }

  private mutating func write(_ lines: ConsoleMetrics) {
    var lines = lines
    let isDone = lines.goOn(Self.piece, &text)
    step = isDone ? .alarms(AlarmMetrics(sources.alarms)) : .lines(lines)
  }

  private mutating func write(_ alarms: AlarmMetrics) {
    var alarms = alarms
    let isDone = alarms.goOn(Self.piece, &text)
    step = isDone ? .descriptors(Folder("/proc/self/fd"), count: 0) : .alarms(alarms)
  }

  private mutating func writeRest() {
    let (metrics, registry) = (sources.metrics, sources.registry)
    add("webtermd_terminals_opened_total", "counter", "Terminals opened.", metrics.terminalsOpened)
    add("webtermd_output_bytes_total", "counter", "Bytes that hosts have sent.", output)
    add("webtermd_input_bytes_total", "counter", "Bytes that visitors have typed.", input)
    add("webtermd_log_bytes", "gauge", "Memory of all output logs.", registry.budget.used)
    add(
      "webtermd_connections_total", "counter", "Connections accepted.", metrics.connectionsAccepted)
    add(
      "webtermd_accept_failures_total", "counter",
      "Connections not accepted for want of resources.",
      metrics.acceptFailures)
    add(
      "webtermd_spawn_failures_total", "counter", "Client programs that could not be started.",
      registry.refusals["spawn"] ?? 0)
    add("webtermd_requests_total", "counter", "HTTP requests.", metrics.requests)
    add(
      "webtermd_refused_total", "counter", "What was refused, by reason.",
      metrics.refused.merging(registry.refusals, uniquingKeysWith: +)
        .sorted { $0.key < $1.key }.map { (["reason": $0.key], $0.value) })
    add(
      "webtermd_log_lines_lost_total", "counter", "Log lines that were not taken in time.",
      sources.writers.reduce(sources.consoleLogs?.lost ?? 0) { $0 + $1.lost })
    add(
      "webtermd_log_lines_failed_total", "counter", "Log lines that the system refused.",
      sources.writers.reduce(0) { $0 + $1.failed })
    add(
      "webtermd_loop_unasked_events_total", "counter",
      "Readiness that was not asked for; one that grows without end keeps the loop awake.",
      sources.reactor.unaskedEvents)
    add("webtermd_visitors", "gauge", "Cookies that are remembered.", sources.visitors)
  }

  // MARK: The process

  private mutating func countDescriptors(_ folder: Folder?, _ count: Int) {
    var count = count
    if let folder {
      for _ in 0..<Self.piece where folder.hasNext() { count += 1 }
      guard folder.isOver else {
        step = .descriptors(folder, count: count)
        return
      }
      // Not the folder itself, its parent, and the descriptor that reads it.
      add("process_open_fds", "gauge", "Open descriptors.", max(0, count - 3))
    }
    var limit = rlimit()
    if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
      add("process_max_fds", "gauge", "Most descriptors.", Int(clamping: limit.rlim_cur))
    }
    addTurns(sources.reactor.turnTimes)
    step = .done
  }

  /// A folder that is read name by name.
  private final class Folder {
    private let folder: OpaquePointer
    private(set) var isOver = false

    init?(_ path: String) {
      guard let folder = opendir(path) else { return nil }
      self.folder = folder
    }

    deinit {
      closedir(folder)
    }

    func hasNext() -> Bool {
      if !isOver { isOver = readdir(folder) == nil }
      return !isOver
    }
  }

  private mutating func addTurns(_ turns: TurnTimes) {
    let name = "webtermd_loop_turn_seconds"
    header(name, "histogram", "How long turns of the loop take.")
    var count = 0
    for (index, bound) in TurnTimes.bounds.enumerated() {
      count += turns.counts[index]
      text += "\(name)_bucket{le=\"\(Double(bound) / 1e6)\"} \(count)\n"
    }
    text += "\(name)_bucket{le=\"+Inf\"} \(turns.total)\n"
    text += "\(name)_sum \(Double(turns.microseconds) / 1e6)\n\(name)_count \(turns.total)\n"
  }

  // MARK: The format

  private mutating func add(_ name: String, _ type: String, _ help: String, _ value: Int) {
    add(name, type, help, [([:], value)])
  }

  private mutating func add(
    _ name: String, _ type: String, _ help: String, _ samples: [([String: String], Int)]
  ) {
    header(name, type, help)
    for (labels, value) in samples {
      let pairs = labels.sorted { $0.key < $1.key }.map { "\($0.key)=\"\(Self.escape($0.value))\"" }
      text += "\(name)\(pairs.isEmpty ? "" : "{\(pairs.joined(separator: ","))}") \(value)\n"
    }
  }

  /// A label's value, which may hold anything (Prometheus' text format).
  static func escape(_ value: String) -> String {
    value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
  }

  private mutating func header(_ name: String, _ type: String, _ help: String) {
    text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
  }
}

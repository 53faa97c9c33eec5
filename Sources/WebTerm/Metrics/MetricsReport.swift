// The server's state for a collector.

import EventLoop
import Glibc

/// The server's state in Prometheus' text format, version 0.0.4.
struct MetricsReport {
  /// What is reported.
  struct Sources {
    let instance: String
    let metrics: Metrics
    let registry: TerminalRegistry
    /// Cookies that are remembered.
    let visitors: Int
    let writer: WriterThread
    let reactor: Reactor
  }

  private var text = ""

  init(_ sources: Sources) {
    let (metrics, registry, writer) = (sources.metrics, sources.registry, sources.writer)
    let live = registry.all.map { TerminalSummary($0, now: sources.reactor.now) }
    add(
      "webtermd_build_info", "gauge", "Which build this is.",
      [
        (["version": Version.number, "instance": sources.instance], 1)
      ])
    add("webtermd_terminals", "gauge", "Live terminals.", live.count)
    add(
      "webtermd_terminals_attached", "gauge", "Terminals with a channel.",
      live.count { $0.isAttached })
    add(
      "webtermd_target_terminals", "gauge", "Live terminals by where they lead.",
      Self.byTarget(live))
    add("webtermd_terminals_opened_total", "counter", "Terminals opened.", metrics.terminalsOpened)
    add(
      "webtermd_output_bytes_total", "counter", "Bytes that hosts have sent.",
      live.reduce(metrics.output) { $0 + $1.output })
    add(
      "webtermd_input_bytes_total", "counter", "Bytes that visitors have typed.",
      live.reduce(metrics.input) { $0 + $1.input })
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
      "webtermd_log_lines_lost_total", "counter", "Log lines that nobody took in time.",
      writer.lost)
    add(
      "webtermd_log_lines_failed_total", "counter", "Log lines that the system refused.",
      writer.failed)
    add(
      "webtermd_loop_unasked_events_total", "counter",
      "Readiness that nobody had asked for; one that grows without end keeps the loop awake.",
      sources.reactor.unaskedEvents)
    add("webtermd_visitors", "gauge", "Cookies that are remembered.", sources.visitors)
    addDescriptors()
    addTurns(sources.reactor.turnTimes)
  }

  /// The whole text.
  var bytes: [UInt8] { Array(text.utf8) }

  private static func byTarget(_ terminals: [TerminalSummary]) -> [([String: String], Int)] {
    var counts: [[String: String]: Int] = [:]
    for terminal in terminals {
      let labels = [
        "target": terminal.target,
        "method": terminal.destination.method.rawValue,
        "state": terminal.isAttached ? "attached" : "detached",
      ]
      counts[labels, default: 0] += 1
    }
    return counts.sorted {
      "\($0.key.sorted { $0.key < $1.key })" < "\($1.key.sorted { $0.key < $1.key })"
    }
    .map { ($0.key, $0.value) }
  }

  private mutating func addDescriptors() {
    if let folder = opendir("/proc/self/fd") {
      var count = 0
      while readdir(folder) != nil { count += 1 }
      closedir(folder)
      // Not the folder itself, its parent, and the descriptor that reads it.
      add("process_open_fds", "gauge", "Open descriptors.", count - 3)
    }
    var limit = rlimit()
    if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
      add("process_max_fds", "gauge", "Most descriptors.", Int(clamping: limit.rlim_cur))
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

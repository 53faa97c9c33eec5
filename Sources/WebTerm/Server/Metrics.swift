// What is counted, and how it is shown to a collector.

/// Counters of this process.
struct Metrics {
  var connectionsAccepted = 0
  var acceptFailures = 0
  var connectionsRefused = 0
  var terminalsOpened = 0
  var channelsRefused = 0
  var requests = 0

  /// Prometheus' text format, version 0.0.4.
  ///
  /// - Parameters:
  ///   - terminals: How many live now.
  ///   - attached: How many of them are seen by somebody.
  ///   - logBytes: Memory that their logs take.
  /// - Returns: A line of help, a line of type and a line of value for each.
  func text(terminals: Int, attached: Int, logBytes: Int) -> String {
    let rows: [(String, String, String, Int)] = [
      ("webtermd_terminals", "gauge", "Live terminals.", terminals),
      ("webtermd_terminals_attached", "gauge", "Terminals with a channel.", attached),
      ("webtermd_log_bytes", "gauge", "Memory of all output logs.", logBytes),
      ("webtermd_terminals_opened_total", "counter", "Terminals opened.", terminalsOpened),
      ("webtermd_connections_total", "counter", "Connections accepted.", connectionsAccepted),
      ("webtermd_accept_failures_total", "counter", "Connections not accepted.", acceptFailures),
      (
        "webtermd_connections_refused_total", "counter", "Connections over an address's limit.",
        connectionsRefused
      ),
      ("webtermd_requests_total", "counter", "HTTP requests.", requests),
      ("webtermd_channels_refused_total", "counter", "Handshakes refused.", channelsRefused),
    ]
    return rows.map { name, type, help, value in
      "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n\(name) \(value)\n"
    }.joined()
  }
}

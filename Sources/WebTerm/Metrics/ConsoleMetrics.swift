// The lines that the server keeps open, for a collector.

/// Writes whether each line is up and when it has said something last, some lines at a time.
struct ConsoleMetrics {
  private static let metrics: [(name: String, help: String)] = [
    ("webtermd_console_up", "Whether a line that the server keeps open is up."),
    (
      "webtermd_console_last_output_seconds",
      "When a line that the server keeps open has said something last, in Unix time."
    ),
  ]

  private let lines: [(destination: Destination, status: LineStatus?)]
  private var metric = 0
  private var index = 0

  init(_ lines: [(destination: Destination, status: LineStatus?)]) {
    self.lines = lines
  }

  /// Writes the next samples.
  ///
  /// - Returns: Whether these were the last ones.
  mutating func goOn(_ most: Int, _ text: inout String) -> Bool {
    guard metric < Self.metrics.count, !lines.isEmpty else { return true }
    let (name, help) = Self.metrics[metric]
    if index == 0 { text += "# HELP \(name) \(help)\n# TYPE \(name) gauge\n" }
    for (destination, status) in lines[index...].prefix(most) {
      guard let value = metric == 0 ? (status?.isUp == true ? 1 : 0) : status?.lastOutput else {
        continue
      }
      text += "\(name){\(Self.labels(of: destination))} \(value)\n"
    }
    index += most
    if index >= lines.count { (metric, index) = (metric + 1, 0) }
    return metric == Self.metrics.count
  }

  /// In Prometheus' order of names.
  static func labels(of destination: Destination) -> String {
    let labels = [
      ("line", destination.line ?? ""), ("method", destination.method.rawValue),
      ("port", "\(destination.port)"), ("target", destination.target.name),
    ]
    return labels.map { "\($0)=\"\(MetricsReport.escape($1))\"" }.joined(separator: ",")
  }
}

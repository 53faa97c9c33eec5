// The alarms that were raised, for a collector.

/// Writes how often each alarm was raised at each line, and when last, some at a time.
struct AlarmMetrics {
  private static let metrics: [(name: String, type: String, help: String)] = [
    ("webtermd_alarms_total", "counter", "Alarms raised."),
    (
      "webtermd_alarm_last_seconds", "gauge", "When an alarm was raised last, in Unix time."
    ),
  ]

  private let alarms: [Alarms.Count]
  private var metric = 0
  private var index = 0

  init(_ alarms: [Alarms.Count]) {
    self.alarms = alarms
  }

  /// Writes the next samples.
  ///
  /// - Returns: Whether these were the last ones.
  mutating func goOn(_ most: Int, _ text: inout String) -> Bool {
    guard metric < Self.metrics.count, !alarms.isEmpty else { return true }
    let (name, type, help) = Self.metrics[metric]
    if index == 0 { text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n" }
    for alarm in alarms[index...].prefix(most) {
      let labels = [
        ("alarm", alarm.name), ("port", "\(alarm.destination.port)"),
        ("target", alarm.destination.target.name),
      ]
      text += "\(name){"
      text += labels.map { "\($0)=\"\(MetricsReport.escape($1))\"" }.joined(separator: ",")
      text += "} \(metric == 0 ? alarm.count : alarm.last)\n"
    }
    index += most
    if index >= alarms.count { (metric, index) = (metric + 1, 0) }
    return metric == Self.metrics.count
  }
}

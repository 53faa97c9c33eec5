// How the log is written.

/// Format and threshold of the log.
package struct LogSettings: Equatable, Sendable {
  package enum Format: String, CaseIterable, Sendable {
    case text
    case json
  }

  package enum Level: String, CaseIterable, Comparable, Sendable {
    case debug
    case info
    case notice
    case warning
    case error

    package static func < (a: Self, b: Self) -> Bool {
      a.rank < b.rank
    }

    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
  }

  package var format = Format.text
  package var level = Level.info

  package init() {}
}

extension LogSettings {
  /// Takes what is set in `log`, beside the audit log's file.
  mutating func read(_ section: inout Section) {
    format = section.choice("format") ?? format
    level = section.choice("level") ?? level
  }
}

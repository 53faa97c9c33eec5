// What the machine grants: as much of it as the configured terminals need, or a word on how to have
// more.

import Glibc

/// The limits of the system that a crowd of terminals runs into first.
struct MachineLimits {
  /// What one terminal takes of them (its channel, its pty, and ssh's standard error), and what the
  /// rest of the process takes.
  private static let descriptorsPerTerminal = 3
  private static let otherDescriptors = 200
  /// Ptys that others on this machine may want.
  private static let otherTerminals = 512
  private static let terminalFile = "/proc/sys/kernel/pty/max"

  /// How many terminals the configuration allows.
  let terminals: Int

  /// Takes what is needed where this account may, and returns what is missing, a sentence each.
  func claim() -> [String] {
    [claimDescriptors(), claimTerminals()].compactMap(\.self)
  }

  private func claimDescriptors() -> String? {
    let wanted = rlim_t(terminals * Self.descriptorsPerTerminal + Self.otherDescriptors)
    var limit = rlimit()
    let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    guard getrlimit(resource, &limit) == 0 else { return nil }
    if limit.rlim_max < wanted {
      // Root may go beyond its hard limit.
      var raised = rlimit(rlim_cur: wanted, rlim_max: wanted)
      if setrlimit(resource, &raised) == 0 { return nil }
    }
    limit.rlim_cur = limit.rlim_max
    setrlimit(resource, &limit)
    guard limit.rlim_cur < wanted else { return nil }
    return "limits.terminals \(terminals) needs \(wanted) descriptors and the system grants "
      + "\(limit.rlim_cur): raise LimitNOFILE= in the unit, or the hard limit (ulimit -Hn)"
  }

  private func claimTerminals() -> String? {
    let wanted = terminals + Self.otherTerminals
    guard let most = Self.number(in: Self.terminalFile), most < wanted else { return nil }
    if let file = fopen(Self.terminalFile, "w") {
      let isWritten = fputs("\(wanted)\n", file) >= 0
      if fclose(file) == 0, isWritten { return nil }
    }
    return "limits.terminals \(terminals) needs as many ptys and the system has \(most): "
      + "sysctl kernel.pty.max=\(wanted)"
  }

  private static func number(in path: String) -> Int? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 32)
    guard fgets(&line, 32, file) != nil else { return nil }
    return Int(
      String(decoding: line.prefix { $0 > 32 }.map(UInt8.init(bitPattern:)), as: UTF8.self))
  }
}

// What the kernel says of a process (proc_pid_stat(5) and its neighbours).

import EventLoop
import Glibc

/// Figures of a running process; 0 where it is gone.
enum ProcessFigures {
  /// CPU time of all its threads, user and system.
  static func processorTime(of process: pid_t) -> Duration {
    // The scheduler's own count, in nanoseconds; one thread is all that our programs have, and the
    // helpers' time is added.
    var total = 0
    for thread in entries("/proc/\(process)/task") {
      let words = text("/proc/\(process)/task/\(thread)/schedstat").split(separator: " ")
      total += words.first.flatMap { Int($0) } ?? 0
    }
    return .nanoseconds(total)
  }

  /// How often its main thread has waited so far (voluntary context switches).
  static func waits(of process: pid_t) -> Int {
    number("voluntary_ctxt_switches", in: "/proc/\(process)/task/\(process)/status")
  }

  /// Resident memory, in bytes.
  static func residentBytes(of process: pid_t) -> Int {
    number("Rss", in: "/proc/\(process)/smaps_rollup") * 1024
  }

  /// Resident memory of which shared pages count in parts, in bytes.
  static func proportionalBytes(of process: pid_t) -> Int {
    number("Pss", in: "/proc/\(process)/smaps_rollup") * 1024
  }

  /// Memory that a process and all that it has started have, of which shared pages count in parts,
  /// in bytes.
  static func familyBytes(of process: pid_t) -> Int {
    children(of: process).reduce(proportionalBytes(of: process)) { $0 + familyBytes(of: $1) }
  }

  /// Of all its threads: which of them starts programs is its own matter.
  private static func children(of process: pid_t) -> [pid_t] {
    let threads = "/proc/\(process)/task"
    return entries(threads).flatMap { thread in
      text("\(threads)/\(thread)/children").split(separator: " ").compactMap { pid_t($0) }
    }
  }

  /// Open descriptors.
  static func descriptorCount(of process: pid_t) -> Int { entries("/proc/\(process)/fd").count }

  /// Child processes.
  static func childCount(of process: pid_t) -> Int { children(of: process).count }

  private static func number(_ key: String, in path: String) -> Int {
    let line = text(path).split(separator: "\n").first { $0.hasPrefix("\(key):") }
    return line?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
  }

  private static func text(_ path: String) -> String {
    String(decoding: (try? readFile(path)) ?? [], as: UTF8.self)
  }

  private static func entries(_ path: String) -> [String] {
    guard let folder = opendir(path) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names
  }
}

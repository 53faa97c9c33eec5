// The configuration where the command line names none.

import EventLoop
import Glibc

/// Where a configuration is looked for.
enum StandardFile {
  private static let here = "webtermd.json5"
  private static let packaged = "/etc/webtermd/webtermd.json5"

  /// The file of the folder where one stands, if it is the caller's own, else the one that the
  /// package brings; nil where there is neither. What another user has put into that folder names
  /// programs that would run in the caller's account: it is left aside, and standard error says so.
  static func find() -> String? {
    if exists(here) {
      guard let reason = FileTrust.distrust(here: here) else { return "./\(here)" }
      Output.complain("./\(here) is left aside: \(reason); name it with --config if it is meant")
    }
    return exists(packaged) ? packaged : nil
  }

  private static func exists(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0
  }
}

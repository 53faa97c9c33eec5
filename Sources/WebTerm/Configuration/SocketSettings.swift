// Who may connect to the unix sockets of `listen`, as an administrator sets it.

import EventLoop
import Glibc

/// `socket`: the mode and the group of the socket's file.
struct SocketSettings: Equatable, Sendable {
  /// Every account of this machine reaches a loopback port, too: that is what a socket has unless
  /// it is told otherwise.
  private(set) var access = SocketAccess()
}

extension SocketSettings {
  /// Reads `socket`.
  init(_ root: inout Section) {
    self.init()
    root.section("socket") { section in
      let mode = section.string("mode", "a mode in octal, from \"0600\" to \"0777\"") { text in
        // Digits alone: a sign would be taken, too. The owner is the server itself.
        let isPlain = (3...4).contains(text.utf8.count) && text.utf8.allSatisfy { $0 >= 0x30 }
        return mode_t(text, radix: 8).flatMap { mode in
          isPlain && (0o600...0o777).contains(mode) ? mode : nil
        }
      }
      let group = section.string("group", "the name of a group of this machine") { name in
        getgrnam(name).map { $0.pointee.gr_gid }
      }
      access.mode = mode ?? (group == nil ? access.mode : 0o660)
      access.group = group
    }
  }
}

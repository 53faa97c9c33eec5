// Another process of this machine, and its end.

import CLinux
import EventLoop
import Glibc

/// A process that is no child of ours.
struct RunningProcess: ~Copyable {
  /// Readable once it has ended (pidfd_open(2)).
  private let descriptor: Descriptor

  /// Nil where it is gone already, or cannot be seen from here.
  init?(_ process: pid_t?) {
    guard let process, process > 0 else { return nil }
    let number = linux_pidfd_open(process)
    guard number >= 0 else { return nil }
    descriptor = Descriptor(owning: number)
  }

  /// Waits as long as it takes.
  consuming func waitForEnd() {
    var wait = pollfd(fd: descriptor.number, events: Int16(POLLIN), revents: 0)
    while poll(&wait, 1, -1) < 0, errno == EINTR {}
  }
}

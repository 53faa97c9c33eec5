// A watch that the kernel refuses is there as soon as it does not any more.

import EventLoop
import Glibc
import Testing

@testable import WebTerm

@Suite("what a descriptor is waited for") struct DescriptorWatchTests {
  private final class Owner: WatchOwner {
    let descriptor: Descriptor
    let watch: DescriptorWatch
    var told = 0
    var tries = 0

    init(_ number: CInt, _ reactor: Reactor) {
      descriptor = Descriptor(owning: number)
      watch = DescriptorWatch(reactor: reactor)
    }

    func ready(_ readiness: Readiness) {
      told += 1
      watch.set(to: [], of: descriptor, for: self)
    }

    func watchAgain() {
      tries += 1
      watch.tryAgain(of: descriptor)
    }
  }

  @Test("one that is refused is tried again, and given up with the interest")
  func refused() throws {
    let reactor = try Reactor()
    // A regular file is refused (EPERM), as any descriptor is where the kernel's room for watches
    // is used up.
    let owner = Owner(open("/etc/passwd", O_RDONLY | O_CLOEXEC), reactor)
    owner.watch.set(to: .readable, of: owner.descriptor, for: owner)
    let deadline = MonotonicInstant.now + .seconds(60)
    while owner.tries == 0, MonotonicInstant.now < deadline { try reactor.turn(until: deadline) }
    #expect(owner.tries == 1 && owner.told == 0)
    // The same number is a pipe now, with something in it.
    var ends: [CInt] = [-1, -1]
    #expect(pipe(&ends) == 0 && dup2(ends[0], owner.descriptor.number) >= 0)
    #expect(write(ends[1], "x", 1) == 1)
    while owner.told == 0, MonotonicInstant.now < deadline { try reactor.turn(until: deadline) }
    #expect(owner.told == 1 && owner.watch.interest == [])
    #expect(reactor.registrationCount == 0)
    ends.forEach { close($0) }
  }

  @Test("a watch that was refused and is not wanted any more keeps no owner")
  func released() throws {
    let reactor = try Reactor()
    weak var remembered: Owner?
    do {
      let owner = Owner(open("/etc/passwd", O_RDONLY | O_CLOEXEC), reactor)
      remembered = owner
      owner.watch.set(to: .readable, of: owner.descriptor, for: owner)
      owner.watch.close(owner.descriptor)
    }
    #expect(remembered == nil)
  }
}

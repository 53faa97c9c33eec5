// Guessing passwords: how it slows down, and whose turn it is. Time is an argument.

import EventLoop
import Testing

@testable import WebTerm

/// An attempt from an IPv4 address, or from an IPv6 network, by its number.
private func attempt(_ address: AddressKey, _ name: String = "alice") -> LoginThrottle.Attempt {
  LoginThrottle.Attempt(address: address, name: AccountName(name))
}

/// A network of 64 bits in a network of 48.
private func network(_ site: UInt64, _ number: UInt64) -> AddressKey {
  .ipv6(network: site << 16 | number)
}

@Suite("Login throttle") struct LoginThrottleTests {
  private let here = attempt(.ipv4(1))
  private let start = MonotonicInstant.now

  @Test("three failures are free, then the pause doubles up to a minute")
  func pauses() {
    var throttle = LoginThrottle()
    for _ in 0..<3 { throttle.failed(here, now: start) }
    var time = start
    for pause in [1, 2, 4, 8, 16, 32, 60, 60] {
      #expect(throttle.refusal(of: here, now: time) == nil)
      throttle.failed(here, now: time)
      #expect(throttle.refusal(of: here, now: time) == .address(.seconds(pause)))
      // Whatever name is tried.
      #expect(
        throttle.refusal(of: attempt(.ipv4(1), "bob"), now: time) == .address(.seconds(pause)))
      time = time + .seconds(pause)
    }
    #expect(throttle.refusal(of: attempt(.ipv4(2)), now: time) == nil)
  }

  @Test("a right password forgives what was tried for its own name, and nothing else")
  func success() {
    var throttle = LoginThrottle()
    let guest = attempt(.ipv4(1), "guest")
    for _ in 0..<3 { throttle.failed(here, now: start) }
    throttle.succeeded(here, now: start)
    for _ in 0..<3 { throttle.failed(here, now: start) }
    #expect(throttle.refusal(of: here, now: start) == nil)
    // A guesser with a login of their own gains nothing by it.
    throttle.failed(guest, now: start)
    throttle.succeeded(guest, now: start)
    throttle.failed(here, now: start)
    #expect(throttle.refusal(of: here, now: start) != nil)
  }

  @Test("a login between guesses makes them no faster")
  func alternating() {
    var throttle = LoginThrottle()
    var tried = 0
    // Twelve seconds, a password each five milliseconds.
    for step in 0..<2400 {
      let now = start + .milliseconds(5 * step)
      guard throttle.refusal(of: here, now: now) == nil else { continue }
      if step % 3 == 2 {
        throttle.succeeded(attempt(.ipv4(1), "guest"), now: now)
      } else {
        throttle.failed(here, now: now)
        tried += 1
      }
    }
    #expect(tried <= 8)
  }

  @Test("failures are forgotten after a quarter of an hour")
  func memory() {
    var throttle = LoginThrottle()
    for _ in 0..<4 { throttle.failed(here, now: start) }
    let later = start + .seconds(901)
    #expect(throttle.standing(of: here, now: later) == .clean)
    throttle.failed(here, now: later)
    #expect(throttle.refusal(of: here, now: later) == nil)
  }

  @Test("addresses of one IPv6 customer are counted together")
  func networks() {
    var throttle = LoginThrottle()
    var tried = 0
    for number in 0..<1000 {
      let each = attempt(network(7, UInt64(number)))
      guard throttle.refusal(of: each, now: start) == nil else { continue }
      throttle.failed(each, now: start)
      tried += 1
    }
    #expect(tried == 13)
    #expect(throttle.refusal(of: attempt(network(7, 5000)), now: start) == .network(.seconds(1)))
    #expect(throttle.refusal(of: attempt(network(8, 0), "bob"), now: start) == nil)
  }

  @Test("an address that keeps guessing makes its network wait no longer than its first four")
  func neighbours() {
    var throttle = LoginThrottle()
    let guesser = attempt(network(7, 1))
    var now = start
    // Two hours, each as soon as it may.
    while now - start < .seconds(7200) {
      throttle.failed(guesser, now: now)
      #expect(throttle.refusal(of: attempt(network(7, 2), "bob"), now: now) == nil)
      if case .address(let pause)? = throttle.refusal(of: guesser, now: now) { now = now + pause }
    }
    #expect(throttle.standing(of: attempt(network(7, 2), "bob"), now: now) == .clean)
    // Nor is it forgiven more than it was charged with.
    for number in UInt64(10)..<23 { throttle.failed(attempt(network(7, number)), now: now) }
    #expect(throttle.refusal(of: attempt(network(7, 2), "bob"), now: now) != nil)
    for _ in 0..<20 { throttle.failed(attempt(network(7, 1), "guest"), now: now) }
    throttle.succeeded(attempt(network(7, 1), "guest"), now: now)
    #expect(throttle.refusal(of: attempt(network(7, 2), "bob"), now: now) != nil)
  }

  @Test("a login that has come from an address before is not touched by what others do")
  func known() {
    var throttle = LoginThrottle()
    throttle.succeeded(attempt(network(7, 1), "bob"), now: start)
    for number in UInt64(2)..<100 {
      throttle.failed(attempt(network(7, number), "bob"), now: start)
    }
    #expect(throttle.refusal(of: attempt(network(7, 1), "bob"), now: start) == nil)
    #expect(throttle.hold(of: attempt(network(7, 1), "bob"), now: start) == nil)
    #expect(throttle.standing(of: attempt(network(7, 1), "bob"), now: start) == .clean)
    // Guessing from that very address is slowed down all the same.
    for _ in 0..<4 { throttle.failed(attempt(network(7, 1), "bob"), now: start) }
    #expect(
      throttle.refusal(of: attempt(network(7, 1), "bob"), now: start) == .address(.seconds(1)))
  }

  @Test("a login from everywhere pushes no other one out of what is remembered")
  func remembered() {
    var throttle = LoginThrottle()
    throttle.succeeded(attempt(network(7, 1), "bob"), now: start)
    for number in UInt64(0)..<20_000 {
      throttle.succeeded(attempt(network(8, number), "guest"), now: start)
    }
    for number in UInt64(2)..<100 { throttle.failed(attempt(network(7, number)), now: start) }
    #expect(throttle.refusal(of: attempt(network(7, 1), "bob"), now: start) == nil)
  }

  @Test("a name under attack: suspects are refused, others wait for a moment")
  func names() {
    var throttle = LoginThrottle()
    for address in 0..<14 { throttle.failed(attempt(.ipv4(UInt32(address))), now: start) }
    let newcomer = attempt(.ipv4(99))
    #expect(throttle.refusal(of: newcomer, now: start) == nil)
    #expect(throttle.hold(of: newcomer, now: start) == start + .seconds(2))
    #expect(throttle.hold(of: attempt(.ipv4(99), "bob"), now: start) == nil)
    let suspect = attempt(.ipv4(50))
    for _ in 0..<4 { throttle.failed(attempt(.ipv4(50), "bob"), now: start + .seconds(-60)) }
    #expect(throttle.refusal(of: suspect, now: start) == .name(.seconds(8)))
    // What is checked of a name that is under attack is bounded, from however many addresses.
    var (tried, now) = (0, start)
    for address in 1000..<3000 {
      now = start + .milliseconds(10 * (address - 1000))
      let each = attempt(.ipv4(UInt32(address)))
      guard throttle.hold(of: each, now: now) == nil else { continue }
      throttle.failed(each, now: now)
      tried += 1
    }
    #expect((9...11).contains(tried), "20 s")
  }

  @Test("it remembers a bounded number, the worst the longest")
  func bounded() {
    var throttle = LoginThrottle()
    for _ in 0..<9 { throttle.failed(here, now: start) }
    for index in 0..<30_000 {
      throttle.failed(
        attempt(.ipv4(UInt32(index + 2)), "n\(index)"), now: start + .milliseconds(index))
    }
    #expect(throttle.refusal(of: here, now: start) == .address(.seconds(32)))
  }
}

@Suite("Turns of passwords") struct LoginTurnsTests {
  private let now = MonotonicInstant.now

  /// Lets a turn's attempt fail, or succeed.
  private func run(_ turns: inout LoginTurns, succeeds: Bool = false) -> Int? {
    guard case .check(let number)? = turns.next(now: now) else { return nil }
    turns.ended(succeeded: succeeds, now: now)
    return number
  }

  @Test("one is checked at a time, and the next when that is over")
  func oneByOne() {
    var turns = LoginTurns()
    #expect(turns.add(1, attempt(.ipv4(1)), now: now) == nil)
    #expect(turns.add(2, attempt(.ipv4(2)), now: now) == nil)
    #expect(turns.next(now: now) == .check(1))
    #expect(turns.next(now: now) == nil)
    turns.ended(succeeded: true, now: now)
    #expect(turns.next(now: now) == .check(2))
    turns.ended(succeeded: true, now: now)
    #expect(turns.isIdle)
  }

  @Test("who has no failures goes first, however many wait")
  func cleanFirst() {
    var turns = LoginTurns()
    // A guesser with an IPv6 network of 48 bits: forty addresses, all the time.
    for number in 1...11 {
      _ = turns.add(number, attempt(network(7, UInt64(number))), now: now)
      #expect(run(&turns) == number)
    }
    for number in 100..<140 { _ = turns.add(number, attempt(network(7, UInt64(number))), now: now) }
    #expect(turns.count == 32)
    for number in 200..<210 {
      // The attempt that has to make room is one of the guesser's.
      let loser = turns.add(number, attempt(.ipv4(UInt32(number))), now: now)
      #expect(loser.map { $0.number < 200 } != false)
    }
    // Her name is under attack: each waits for a moment, and then is before all of them.
    var later = now
    for number in 200..<210 {
      later = later + .seconds(2)
      #expect(turns.next(now: later) == .check(number))
      turns.ended(succeeded: true, now: later)
    }
  }

  @Test("networks take turns, and within one addresses do")
  func fairness() {
    var turns = LoginTurns()
    var number = 0
    func add(_ address: AddressKey, _ name: String) {
      number += 1
      _ = turns.add(number, attempt(address, name), now: now)
    }
    for index in 0..<6 { add(network(7, 1), "a\(index)") }
    for index in 0..<3 { add(network(7, 2), "b\(index)") }
    for index in 0..<2 { add(network(9, 1), "c\(index)") }
    add(.ipv4(1), "d")
    let order = (0..<8).map { _ in run(&turns, succeeds: true) }
    #expect(order == [1, 10, 12, 7, 11, 2, 8, 3])
  }

  @Test("eight attempts of an address may wait, and none can keep the others out")
  func places() {
    var turns = LoginTurns()
    for number in 1...8 { #expect(turns.add(number, attempt(.ipv4(1)), now: now) == nil) }
    #expect(turns.add(9, attempt(.ipv4(1)), now: now)?.why == .crowdedAddress)
    // A sender that fills the rest makes room for those that come later.
    var number = 100
    for address in 2..<100 {
      for _ in 0..<8 {
        number += 1
        _ = turns.add(number, attempt(.ipv4(UInt32(address)), "n\(number)"), now: now)
      }
    }
    #expect(turns.count == 256)
    let loser = turns.add(9999, attempt(.ipv4(7777), "bob"), now: now)
    #expect(loser != nil && loser?.number != 9999 && loser?.why == .crowded)
  }

  @Test("those that wait are refused as soon as their address may try no more")
  func refusedWhileWaiting() {
    var turns = LoginTurns()
    for number in 1...8 { #expect(turns.add(number, attempt(.ipv4(1)), now: now) == nil) }
    for number in 1...4 { #expect(run(&turns) == number) }
    let refused = (0..<4).compactMap { _ in turns.next(now: now) }
    #expect(refused == (5...8).map { .refuse($0, .address(.seconds(1))) })
    #expect(turns.isIdle)
  }

  @Test("who is gone is not checked")
  func withdrawn() {
    var turns = LoginTurns()
    for number in 1...3 { _ = turns.add(number, attempt(.ipv4(UInt32(number))), now: now) }
    turns.withdraw(2)
    #expect(run(&turns) == 1 && run(&turns) == 3 && turns.isIdle)
  }

  @Test("what waits for its name says until when")
  func deadline() {
    var turns = LoginTurns()
    for number in 1...12 {
      _ = turns.add(number, attempt(.ipv4(UInt32(number))), now: now + .seconds(number * 3))
      #expect(turns.next(now: now + .seconds(number * 3)) == .check(number))
      turns.ended(succeeded: false, now: now + .seconds(number * 3))
    }
    let end = now + .seconds(36)
    _ = turns.add(99, attempt(.ipv4(99)), now: end)
    #expect(turns.next(now: end) == nil && turns.nextDeadline(now: end) == end + .seconds(2))
    #expect(turns.next(now: end + .seconds(2)) == .check(99))
  }
}

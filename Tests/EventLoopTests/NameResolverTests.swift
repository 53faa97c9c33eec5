// Names that are looked up for many, with a resolver that answers when the test says so.

import Glibc
import Synchronization
import Testing

@testable import EventLoop

/// A resolver of the test's own: names that begin with "slow" wait until they may go on.
private final class Names: Sendable {
  private let asked = Mutex<[String]>([])
  private let mayGoOn = Mutex(false)

  var questions: [String] { asked.withLock { $0 } }

  func goOn() { mayGoOn.withLock { $0 = true } }

  func lookUp(_ name: String) -> [SocketAddress] {
    asked.withLock { $0.append(name) }
    while name.hasPrefix("slow"), !mayGoOn.withLock({ $0 }) { usleep(1000) }
    return name.hasSuffix("unknown") ? [] : [SocketAddress(.internet(.ipv4(7), port: 0))]
  }
}

@Suite("Names that are looked up for many") struct NameResolverTests {
  private func turn(_ reactor: Reactor, until isDone: () -> Bool) throws {
    let limit = MonotonicInstant.now + .seconds(300)
    while !isDone(), MonotonicInstant.now < limit {
      try reactor.turn(until: .now + .milliseconds(20))
    }
    #expect(isDone())
  }

  private func makeResolver(_ reactor: Reactor, _ names: Names) throws -> NameResolver {
    try NameResolver(reactor: reactor) { names.lookUp($0) }
  }

  @Test("an address is its own answer, at once, whatever is looked up meanwhile")
  func addresses() throws {
    let reactor = try Reactor()
    let names = Names()
    let resolver = try makeResolver(reactor, names)
    for number in 0..<20 { _ = try resolver.find("slow\(number)") { _ in } }
    var found: [String] = []
    for text in ["127.0.0.1", "::1", "fe80::1%1", "fe80::1%lo"] {
      _ = try resolver.find(text) { found += $0.map(\.hostText) }
    }
    #expect(found.isEmpty)
    try turn(reactor) { found.count == 4 }
    #expect(found == ["127.0.0.1", "::1", "fe80::1%1", "fe80::1%1"])
    #expect(!names.questions.contains { !$0.hasPrefix("slow") })
    names.goOn()
    resolver.close()
  }

  @Test("names that are not answered hold up no other, and equal names are asked once")
  func sideBySide() throws {
    let reactor = try Reactor()
    let names = Names()
    let resolver = try makeResolver(reactor, names)
    var answers: [String: Int] = [:]
    for name in ["slow", "slow", "slow-unknown", "slow", "quick", "quick", "unknown"] {
      _ = try resolver.find(name) { answers[name, default: 0] += $0.isEmpty ? 100 : 1 }
    }
    try turn(reactor) { answers["quick"] == 2 && answers["unknown"] == 100 }
    #expect(answers.count == 2 && resolver.pending == 2)
    names.goOn()
    try turn(reactor) { answers["slow"] == 3 && answers["slow-unknown"] == 100 }
    #expect(Set(names.questions).count == 4)
    #expect(names.questions.filter { $0.hasPrefix("slow") }.count == 2)
    resolver.close()
  }

  @Test("an answer that many wait for is told to some of them a turn, in order")
  func manyWait() throws {
    let reactor = try Reactor()
    let names = Names()
    let resolver = try makeResolver(reactor, names)
    var told: [(question: Int, turn: Int)] = []
    for question in 0..<100 {
      _ = try resolver.find("quick") { _ in told.append((question, reactor.turnNumber)) }
    }
    try turn(reactor) { told.count == 100 }
    #expect(told.map(\.question) == Array(0..<100) && names.questions.count == 1)
    let turns = Dictionary(grouping: told, by: \.turn)
    #expect(turns.count >= 10 && turns.values.allSatisfy { $0.count <= 10 })
    resolver.close()
  }

  @Test("what is not waited for any more leaves the queue; what was begun serves the next")
  func takenBack() throws {
    let reactor = try Reactor()
    let names = Names()
    let resolver = try makeResolver(reactor, names)
    for number in 0..<NameResolver.threads { _ = try resolver.find("slow\(number)") { _ in } }
    try turn(reactor) { names.questions.count == NameResolver.threads }
    let waiting = try (0..<100).map { number in
      try resolver.find("quick\(number)") { _ in Issue.record("told") }
    }
    let begun = try resolver.find("slow0") { _ in Issue.record("told") }
    #expect(resolver.pending == NameResolver.threads + 100)
    for question in waiting { resolver.cancel(question) }
    resolver.cancel(begun)
    #expect(resolver.pending == NameResolver.threads)
    var isTold = false
    _ = try resolver.find("slow0") { _ in isTold = true }
    names.goOn()
    try turn(reactor) { isTold && resolver.pending == 0 }
    #expect(names.questions.count == NameResolver.threads)
    resolver.close()
  }

  @Test("an address that is asked for and taken back is not told")
  func addressTakenBack() throws {
    let reactor = try Reactor()
    let resolver = try makeResolver(reactor, Names())
    resolver.cancel(try resolver.find("127.0.0.1") { _ in Issue.record("told") })
    try reactor.turn(until: .now)
    resolver.close()
  }

  @Test(
    "what is no address is none",
    arguments: ["", "h", "1.2.3", "127.0.0.1%lo", "fe80::1%", "fe80::1%nosuch0", "[::1]"])
  func literals(_ text: String) {
    #expect(SocketAddress(literal: text, port: 1) == nil)
  }

  @Test("one that is begun with is bounded, and refuses what is too much")
  func bounded() throws {
    let reactor = try Reactor()
    let helper = try HelperThread(reactor: reactor)
    let mayEnd = Mutex(false)
    var done = 0
    try helper.run({ while !mayEnd.withLock({ $0 }) { usleep(1000) } }) { done += 1 }
    var added = 1
    #expect(throws: SystemError.self) {
      for _ in 0...HelperThread.capacity {
        try helper.run({}) { done += 1 }
        added += 1
      }
    }
    #expect(helper.pending == added)
    mayEnd.withLock { $0 = true }
    try turn(reactor) { done == added }
    helper.close()
  }
}

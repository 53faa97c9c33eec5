// The window on simulated links: how full it keeps them, and how long what is on its way takes.

import EventLoop
import Testing

@testable import WebTerm

/// A link with a rate and a delay in both directions, and a page that acknowledges as ours does.
private struct SimulatedLink {
  /// In bytes a second.
  let rate: Int
  /// There and back, in milliseconds.
  let roundTrip: Int
  /// How often the page acknowledges, in milliseconds.
  var pause = 10

  /// What came of a flood.
  struct Outcome {
    /// How much of what the link could carry was carried.
    var share = 0.0
    /// The longest time, in milliseconds, that a byte took from the server to the screen; measured
    /// in the second half, when the window has found its size.
    var longestWay = 0
    var largestWindow = 0
    var smallestWindow = Int.max
  }

  /// A program floods for so long; `speaks` says at which milliseconds it does.
  func flood(milliseconds: Int, speaks: (Int) -> Bool = { _ in true }) -> Outcome {
    let began = MonotonicInstant.now
    var window = FlowWindow(ceiling: 327_680, offset: 0, now: began)
    var outcome = Outcome()
    var sent = 0, acknowledged = 0, arrived = 0, reported = 0
    var queue: [(end: Int, at: Int)] = []
    var flying: [(end: Int, isWhole: Bool, sentAt: Int, arrivesAt: Int)] = []
    var reports: [(offset: Int, arrivesAt: Int)] = []
    var carried = 0, possible = 0.0, credit = 0.0
    // Steps of a tenth of a millisecond.
    for step in 0..<(milliseconds * 10) {
      let now = began + .microseconds(step * 100)
      while let report = reports.first, report.arrivesAt <= step {
        reports.removeFirst()
        acknowledged = report.offset
        window.acknowledged(acknowledged, now: now)
      }
      if speaks(step / 10) {
        possible += Double(rate) / 10_000
        while window.size > sent - acknowledged {
          sent += min(window.size - (sent - acknowledged), window.longestMessage)
          queue.append((sent, step))
          window.sent(upTo: sent, isLimited: true, now: now)
        }
      }
      credit = queue.isEmpty ? 0 : credit + Double(rate) / 10_000
      while let piece = queue.first, credit >= 1 {
        let from = carried
        let count = min(Int(credit), piece.end - from)
        credit -= Double(count)
        carried += count
        flying.append((carried, carried == piece.end, piece.at, step + roundTrip * 5))
        guard carried == piece.end else { break }
        queue.removeFirst()
      }
      while let piece = flying.first, piece.arrivesAt <= step {
        flying.removeFirst()
        guard piece.isWhole else { continue }
        arrived = piece.end
        if step > milliseconds * 5 {
          outcome.longestWay = max(outcome.longestWay, (step - piece.sentAt) / 10)
        }
      }
      if arrived > reported, step % (pause * 10) == 0 {
        reported = arrived
        reports.append((arrived, step + roundTrip * 5))
      }
      outcome.largestWindow = max(outcome.largestWindow, window.size)
      outcome.smallestWindow = min(outcome.smallestWindow, window.size)
    }
    outcome.share = Double(carried) / possible
    return outcome
  }
}

@Suite("Flow window")
struct FlowWindowTests {
  @Test(
    "a link is kept full while what is on its way stays short",
    arguments: [
      // rate, round trip, fills at least, way at most
      (32_000, 0, 0.95, 190), (64_000, 0, 0.95, 120), (64_000, 300, 0.90, 270),
      (1_000_000, 0, 0.97, 70), (1_000_000, 20, 0.97, 80), (2_000_000, 100, 0.92, 130),
      (10_000_000, 5, 0.97, 60),
    ])
  func links(rate: Int, roundTrip: Int, share: Double, way: Int) {
    let outcome = SimulatedLink(rate: rate, roundTrip: roundTrip).flood(milliseconds: 5000)
    #expect(outcome.share >= share)
    #expect(outcome.longestWay <= way)
  }

  @Test("a flood of half a minute does not let the queue creep up")
  func longFlood() {
    let outcome = SimulatedLink(rate: 1_000_000, roundTrip: 20).flood(milliseconds: 30_000)
    #expect(outcome.share >= 0.97)
    #expect(outcome.longestWay <= 80)
  }

  @Test("the long link is filled from the start, its first trip included: 91 % of six megabytes")
  func start() {
    let outcome = SimulatedLink(rate: 2_000_000, roundTrip: 100).flood(milliseconds: 3000)
    #expect(outcome.share >= 0.91)
  }

  @Test("after a pause the window is what it was")
  func pause() {
    let outcome = SimulatedLink(rate: 64_000, roundTrip: 0)
      .flood(milliseconds: 9000) { ($0 / 1500) % 2 == 0 }
    #expect(outcome.longestWay <= 120)
  }

  @Test("without acknowledgements it stays as it began")
  func silence() {
    let began = MonotonicInstant.now
    var window = FlowWindow(ceiling: 327_680, offset: 0, now: began)
    for step in 1...10 {
      window.sent(upTo: step * 3000, isLimited: true, now: began + .milliseconds(step))
    }
    #expect(window.size == FlowWindow.initialSize)
  }

  @Test("a burst into an empty queue does not make it think that the link is fast")
  func burst() {
    let began = MonotonicInstant.now
    var window = FlowWindow(ceiling: 327_680, offset: 0, now: began)
    // A page of text now and then, acknowledged within a millisecond.
    for second in 0..<20 {
      let now = began + .seconds(second)
      window.sent(upTo: (second + 1) * 1000, isLimited: false, now: now)
      window.acknowledged((second + 1) * 1000, now: now + .milliseconds(1))
    }
    #expect(window.size <= FlowWindow.initialSize)
  }

  @Test("it never leaves its bounds")
  func bounds() {
    let fast = SimulatedLink(rate: 100_000_000, roundTrip: 1, pause: 1).flood(milliseconds: 500)
    #expect(fast.largestWindow <= 327_680)
    let slow = SimulatedLink(rate: 1000, roundTrip: 0).flood(milliseconds: 5000)
    #expect(slow.smallestWindow >= FlowWindow.floor)
  }
}

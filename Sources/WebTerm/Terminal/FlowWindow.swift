// How many bytes may be on their way to the screen.

import EventLoop

/// The window of one channel: output that was sent and is not acknowledged yet stays below it.
///
///     window = best delivery rate of the last second × (smallest round trip + 40 ms)
///
/// - The round trip's worth keeps the way full. What is added is the queue before the slowest
///   place, link or screen: ^C takes effect one round trip and 40 ms later, whatever the rate.
/// - A sample of the rate is what was acknowledged between a piece's sending and its
///   acknowledgement, over the longer of the time that the sending and the acknowledging took (as
///   BBR does it), and over 10 ms at least: a burst into an empty queue counts little.
/// - A sample that was taken while the program had nothing to say can raise the estimate, not lower
///   it.
/// - A channel begins with 32 KB. While the program fills the window and the queue stays below 40
///   ms, each acknowledgement adds twice what it acknowledged: threefold in a round trip.
/// - When the smallest round trip is 10 s old, the queue is let run empty for a moment, to measure
///   it anew.
///
/// Why a window that follows the rate: docs/decisions/0006-window.md.
struct FlowWindow {
  typealias Instant = MonotonicInstant

  /// What every window begins with, in bytes.
  static let initialSize = 32768
  /// No window is smaller, in bytes.
  static let floor = 4096
  /// The queue that is meant to stand before the slowest place.
  private static let queueTarget = 40 * millisecond
  /// Rates are taken over no less.
  private static let shortestSample = 10 * millisecond
  /// The estimate is the best of this long to twice this long.
  private static let memory = 500 * millisecond
  /// The smallest round trip is measured anew after so long.
  private static let roundTripAge = 10_000 * millisecond
  /// Pieces on their way that are known apart; further ones count with the last of them.
  private static let knownPieces = 32
  /// Times are in nanoseconds since the window began.
  private static let millisecond = 1_000_000

  /// A piece on its way, as BBR remembers it.
  private struct Piece {
    /// The offset of the byte after it.
    var end: Int
    var sentAt: Int
    /// When, at the time of its sending, the last piece was acknowledged, and up to where.
    let deliveredAt: Int
    let delivered: Int
    /// When that last piece had been sent.
    let formerSentAt: Int
    /// Whether the program filled the window then.
    var isLimited: Bool
  }

  private enum Phase {
    case starting
    case steady
    /// The queue runs empty; a piece sent after this time measures the round trip.
    case draining(until: Int)
  }

  /// In bytes.
  private(set) var size: Int
  /// The longest message that should be sent, in bytes: a page can process, and acknowledge, only
  /// whole ones.
  var longestMessage: Int { min(max(size / 16, 1024), 65536) }
  /// No window is larger, in bytes.
  private let ceiling: Int
  private let began: Instant
  private var phase = Phase.starting
  private var pieces: [Piece] = []
  private var delivered: Int
  private var deliveredAt = 0
  private var lastSentAt = 0
  private var roundTrip: Int?
  private var roundTripAt = 0
  /// Best rates, in bytes per second: of this half second and of the one before.
  private var best = 0
  private var formerBest = 0
  private var bestSince = 0

  /// - Parameters:
  ///   - ceiling: The largest size, in bytes.
  ///   - offset: Everything before it counts as acknowledged.
  ///   - now: When the channel begins.
  init(ceiling: Int, offset: Int, now: Instant) {
    self.ceiling = max(ceiling, Self.floor)
    size = min(Self.initialSize, self.ceiling)
    delivered = offset
    began = now
  }

  /// Everything before `end` is on its way now.
  ///
  /// - Parameters:
  ///   - end: An offset.
  ///   - isLimited: Whether the program has more to say than the window takes.
  ///   - now: The time.
  mutating func sent(upTo end: Int, isLimited: Bool, now: Instant) {
    let time = nanoseconds(now)
    if pieces.isEmpty {
      // After a pause nothing before it says how fast the way is.
      deliveredAt = time
      lastSentAt = time
    }
    if pieces.count == Self.knownPieces {
      pieces[Self.knownPieces - 1].end = end
      pieces[Self.knownPieces - 1].isLimited = isLimited
      return
    }
    pieces.append(
      Piece(
        end: end, sentAt: time, deliveredAt: deliveredAt, delivered: delivered,
        formerSentAt: lastSentAt, isLimited: isLimited))
  }

  /// The screen has processed everything before `offset`.
  mutating func acknowledged(_ offset: Int, now: Instant) {
    let time = nanoseconds(now)
    let more = offset - delivered
    delivered = offset
    deliveredAt = time
    let count = pieces.firstIndex { $0.end > offset } ?? pieces.count
    guard count > 0 else { return }
    let piece = pieces[count - 1]
    pieces.removeFirst(count)
    lastSentAt = piece.sentAt
    takeRoundTrip(time - piece.sentAt, of: piece, at: time)
    takeRate(piece, at: time)
    adjust(more, piece, at: time)
  }

  private mutating func takeRoundTrip(_ sample: Int, of piece: Piece, at time: Int) {
    if case .draining(let until) = phase, piece.sentAt >= until {
      roundTrip = sample
      roundTripAt = time
      phase = .steady
    } else if sample <= roundTrip ?? .max {
      roundTrip = sample
      roundTripAt = time
    }
  }

  private mutating func takeRate(_ piece: Piece, at time: Int) {
    let interval = max(
      time - piece.deliveredAt, piece.sentAt - piece.formerSentAt, Self.shortestSample)
    let rate = (delivered - piece.delivered) * 1_000_000_000 / interval
    guard piece.isLimited || rate > rateEstimate else { return }
    if time - bestSince >= Self.memory {
      formerBest = best
      best = 0
      bestSince = time
    }
    best = max(best, rate)
  }

  private var rateEstimate: Int { max(best, formerBest) }

  private mutating func adjust(_ more: Int, _ piece: Piece, at time: Int) {
    guard let roundTrip else { return }
    switch phase {
    case .starting:
      let isQueueing = time - piece.sentAt > roundTrip + Self.queueTarget
      if piece.isLimited, !isQueueing {
        size = min(ceiling, size + 2 * more)
        return
      }
      // What the program did not fill says nothing about the way.
      guard piece.isLimited else { return }
      if isSlow {
        // Even the smallest round trip was that of a queue that grew.
        drain(roundTrip, at: time)
        return
      }
      phase = .steady
    case .draining:
      return
    case .steady:
      guard piece.isLimited else { return }
    }
    if time - roundTripAt > Self.roundTripAge {
      drain(roundTrip, at: time)
    } else {
      size = bounded(rateEstimate * ((roundTrip + Self.queueTarget) / 1000) / 1_000_000)
    }
  }

  /// Whether the first message alone took a good part of the queue's target.
  private var isSlow: Bool { rateEstimate / 100 < Self.initialSize / 8 }

  private mutating func drain(_ roundTrip: Int, at time: Int) {
    phase = .draining(until: time + Self.queueTarget)
    size = bounded(rateEstimate * (roundTrip / 1000) / 1_000_000)
  }

  private func bounded(_ wanted: Int) -> Int {
    min(max(wanted, Self.floor), ceiling)
  }

  private func nanoseconds(_ now: Instant) -> Int {
    Int(now.nanoseconds - began.nanoseconds)
  }
}

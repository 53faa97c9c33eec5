import Testing

@testable import EventLoop

@Suite("Queues of bytes") struct ByteQueueTests {
  @Test("bytes leave in the order in which they came, in whatever pieces")
  func order() {
    var generator = SystemRandomNumberGenerator()
    var queue = ByteQueue()
    var model: [UInt8] = []
    for round in 0..<20_000 {
      let more = [UInt8](
        repeating: UInt8(truncatingIfNeeded: round),
        count: Int.random(in: 0..<90, using: &generator))
      switch round % 3 {
      case 0: queue.append(more)
      case 1: more.withUnsafeBytes { queue.append($0.bytes) }
      default:
        queue.prepend(more)
        model = more + model
      }
      if round % 3 != 2 { model += more }
      let taken = Int.random(in: 0...min(model.count, 120), using: &generator)
      queue.drop(taken)
      model.removeFirst(taken)
      #expect(queue.count == model.count && queue.isEmpty == model.isEmpty)
      if round % 97 == 0 { #expect(queue.withBytes { $0.withUnsafeBytes(Array.init) } == model) }
    }
  }

  @Test("what was taken gives its room back, though the queue is never empty")
  func bounded() {
    var queue = ByteQueue()
    queue.append([UInt8](repeating: 1, count: 1000))
    for _ in 0..<100_000 {
      queue.append([UInt8](repeating: 2, count: 100))
      queue.drop(100)
      #expect(queue.count == 1000)
      guard queue.capacity <= 4096 else {
        Issue.record("\(queue.capacity) bytes are held for 1000")
        return
      }
    }
    // A burst's room goes with the burst.
    queue.append([UInt8](repeating: 3, count: 1_000_000))
    queue.drop(1_000_000)
    #expect(queue.count == 1000 && queue.capacity <= 4096)
  }

  @Test("what is lent to be changed is taken as far as the borrower says")
  func take() {
    var queue = ByteQueue()
    queue.append([1, 2, 3, 4])
    queue.drop(1)
    queue.take { bytes in
      #expect(bytes.count == 3 && bytes[0] == 2)
      bytes[2] = 9
      return 2
    }
    #expect(queue.withBytes { $0.withUnsafeBytes(Array.init) } == [9])
  }
}

// A host by its name: the server looks it up, so that no client has to.

import EventLoop

/// Looks a host up, then is a remote at the first of its addresses that answers.
///
/// A client that is given an address asks no name server, and needs no datagrams for it
/// (docs/security.md).
final class NamedRemote: Remote, RemoteObserver, TimerHandler {
  private enum State {
    case idle
    case lookingUp(NameQuestion)
    case talking(any Remote)
    case over
  }

  /// One address to be tried.
  struct Attempt {
    let address: String
    /// How long it may take to answer, in whole seconds.
    let seconds: Int
    /// Whether no other follows: what keeps the client from the host is for the visitor then.
    let isLast: Bool
  }

  /// How long the name may take.
  private let lookUpTimeout: Duration
  /// How long all addresses together may take.
  private let connectTimeout: Duration
  var observer: (any RemoteObserver)?
  private let host: String
  private let resolver: NameResolver
  private let reactor: Reactor
  private let make: (Attempt) -> any Remote
  private var state = State.idle
  private var timer: Reactor.Timer?
  /// Addresses that were not tried yet.
  private var rest: ArraySlice<SocketAddress> = []
  /// Until when one of them must have answered.
  private var deadline = MonotonicInstant(nanoseconds: 0)
  /// What telnet(1) says before there is a connection; nil when that is not all any more.
  private var heard: TelnetOpening?
  private var size: TerminalSize?
  private var interest = (reading: true, writing: false)

  /// - Parameters:
  ///   - host: Its name, or its address.
  ///   - lookUpTimeout: How long the look-up may take.
  ///   - connectTimeout: How long all addresses together may take.
  ///   - resolver: Looks names up.
  ///   - reactor: The loop.
  ///   - make: Makes the remote at an address.
  init(
    _ host: String, lookUpTimeout: Duration, connectTimeout: Duration, resolver: NameResolver,
    reactor: Reactor, make: @escaping (Attempt) -> any Remote
  ) {
    self.host = host
    self.lookUpTimeout = lookUpTimeout
    self.connectTimeout = connectTimeout
    self.resolver = resolver
    self.reactor = reactor
    self.make = make
  }

  func start(_ size: TerminalSize) throws(RemoteFailure) {
    self.size = size
    do throws(SystemError) {
      state = .lookingUp(try resolver.find(host) { [weak self] in self?.found($0) })
      reactor.set(&timer, to: reactor.now + lookUpTimeout, handler: self)
    } catch {
      throw RemoteFailure(message: "The host could not be looked up: \(error.reason).")
    }
  }

  func timerFired(now: MonotonicInstant) {
    // What has come while the loop was away is heard first.
    let fair = reactor.presence.fair(now)
    if fair > now { return reactor.set(&timer, to: fair, handler: self) }
    switch state {
    case .lookingUp:
      stopLookingUp()
      let seconds = lookUpTimeout.components.seconds
      end(.closed(reason: "No name server answered within \(seconds) seconds."))
    case .talking(let remote):
      reactor.remove(&timer)
      guard heard?.isTrying == true else { return }
      remote.hangUp()
      talkToNext()
    case .idle, .over: reactor.remove(&timer)
    }
  }

  private func stopLookingUp() {
    reactor.remove(&timer)
    guard case .lookingUp(let question) = state else { return }
    resolver.cancel(question)
    state = .over
  }

  private func found(_ addresses: [SocketAddress]) {
    stopLookingUp()
    rest = addresses[...]
    guard !rest.isEmpty else { return end(.closed(reason: "The host's name is not known.")) }
    deadline = reactor.now + connectTimeout
    talkToNext()
  }

  // MARK: An address

  private func talkToNext() {
    let left = deadline.nanoseconds - reactor.now.nanoseconds
    guard let size, left > 0, let address = rest.popFirst() else {
      let seconds = connectTimeout.components.seconds
      return end(.closed(reason: "The host did not answer within \(seconds) seconds."))
    }
    let share = left / Int64(rest.count + 1)
    let attempt = Attempt(
      address: address.hostText, seconds: max(1, Int(share / 1_000_000_000)), isLast: rest.isEmpty)
    heard = TelnetOpening()
    let remote = make(attempt)
    remote.observer = self
    state = .talking(remote)
    do throws(RemoteFailure) {
      try remote.start(size)
    } catch {
      remote.hangUp()
      return end(.failed(error.message))
    }
    // ssh is told how long it has; telnet(1) would wait for as long as the kernel does.
    reactor.set(&timer, to: reactor.now + .nanoseconds(share), handler: self)
    remote.setInterest(reading: interest.reading, writing: interest.writing)
  }

  private func end(_ end: RemoteEnd) {
    reactor.remove(&timer)
    state = .over
    let told = observer
    observer = nil
    told?.remoteEnded(end)
  }

  func remoteIsReadable() { observer?.remoteIsReadable() }

  func remoteIsWritable() { observer?.remoteIsWritable() }

  func remoteEnded(_ end: RemoteEnd) {
    guard case .talking(let remote) = state else { return }
    let isUnreached = remote.isUnreached || heard?.isRefused == true
    if isUnreached, !rest.isEmpty { return talkToNext() }
    self.end(end)
  }

  // MARK: The conversation

  private var remote: (any Remote)? { if case .talking(let remote) = state { remote } else { nil } }

  func read(into span: inout OutputRawSpan) {
    guard let remote else { return }
    let before = span.byteCount
    remote.read(into: &span)
    guard heard != nil, span.byteCount > before else { return }
    let said = span.bytes.extracting(last: span.byteCount - before)
    heard = said.withUnsafeBytes { heard?.adding($0) }
    if heard == nil { reactor.remove(&timer) }
  }

  func write(_ bytes: RawSpan) -> Int { remote?.write(bytes) ?? 0 }

  func setInterest(reading: Bool, writing: Bool) {
    interest = (reading, writing)
    remote?.setInterest(reading: reading, writing: writing)
  }

  func resize(_ size: TerminalSize) {
    self.size = size
    remote?.resize(size)
  }

  func sendBreak() -> Bool { remote?.sendBreak() ?? false }

  var isUp: Bool { remote?.isUp ?? false }

  func hangUp() {
    observer = nil
    stopLookingUp()
    remote?.hangUp()
    state = .over
  }
}

/// All that telnet(1) has said, as long as it can only be its own: a host speaks behind `Connected
/// to`.
struct TelnetOpening: Equatable {
  private static let trying = Array("Trying ".utf8)
  private static let refusal = Array("telnet: Unable to connect to remote host: ".utf8)
  /// Longer than an address or a reason of the system's, in bytes.
  private static let longest = 512

  private var said: [UInt8] = []

  /// Takes in what came next; nil where that is something else.
  func adding(_ more: UnsafeRawBufferPointer) -> Self? {
    var all = self
    all.said += more
    return all.said.count <= Self.longest && all.mayBeOwn ? all : nil
  }

  private var lines: [ArraySlice<UInt8>] {
    said.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
  }

  private var mayBeOwn: Bool {
    let lines = lines
    return lines.count <= 3 && Self.mayBegin(lines[0], Self.trying)
      && (lines.count < 2 || Self.mayBegin(lines[1], Self.refusal))
      && (lines.count < 3 || lines[2].isEmpty)
  }

  private static func mayBegin(_ line: ArraySlice<UInt8>, _ text: [UInt8]) -> Bool {
    line.starts(with: text) || text.starts(with: line)
  }

  /// Whether it has begun to connect, and said nothing since.
  var isTrying: Bool { lines.count == 2 && lines[1].isEmpty }

  /// Whether it has said that it cannot connect.
  var isRefused: Bool { lines.count == 3 }
}

// A host by its name: the server looks it up, so that no client has to.

import EventLoop

/// Looks a host up, then is a remote at the first of its addresses that answers.
///
/// A client that is given an address asks no name server, and needs no datagrams for it (docs/security.md).
final class NamedRemote: Remote, RemoteObserver, TimerHandler {
  private enum State {
    case idle
    case lookingUp(NameQuestion, Reactor.Timer)
    case talking(any Remote)
    case over
  }

  /// What a client may have said where it could not connect, in bytes.
  private static let longestRefusal = 512

  var observer: (any RemoteObserver)? {
    didSet {
      if case .talking(let remote) = state, isLast { remote.observer = observer }
    }
  }
  private let host: String
  private let patience: Duration
  private let resolver: NameResolver
  private let reactor: Reactor
  private let make: (String) -> any Remote
  private var state = State.idle
  /// Addresses that were not tried yet.
  private var rest: ArraySlice<SocketAddress> = []
  /// What came of the present one, as long as there is another.
  private var heard: [UInt8] = []
  private var size: TerminalSize?
  private var interest = (reading: true, writing: false)

  /// - Parameters:
  ///   - host: Its name.
  ///   - patience: How long the look-up may take.
  ///   - resolver: Looks names up.
  ///   - reactor: The loop.
  ///   - make: Makes the remote at an address.
  init(
    _ host: String, patience: Duration, resolver: NameResolver, reactor: Reactor,
    make: @escaping (String) -> any Remote
  ) {
    self.host = host
    self.patience = patience
    self.resolver = resolver
    self.reactor = reactor
    self.make = make
  }

  private var isLast: Bool { rest.isEmpty }

  func start(_ size: TerminalSize) throws(RemoteFailure) {
    self.size = size
    do throws(SystemError) {
      let question = try resolver.find(host) { [weak self] in self?.found($0) }
      let timer = reactor.makeTimer(handler: self)
      reactor.set(timer, to: reactor.now + patience)
      state = .lookingUp(question, timer)
    } catch {
      throw RemoteFailure(message: "The host could not be looked up: \(error.reason).")
    }
  }

  func timerFired(now: MonotonicInstant) {
    // What has come while the loop was away is heard first.
    let fair = reactor.presence.fair(now)
    if case .lookingUp(_, let timer) = state, fair > now { return reactor.set(timer, to: fair) }
    stopLookingUp()
    end(.closed(reason: "No name server answered within \(patience.components.seconds) seconds."))
  }

  private func stopLookingUp() {
    guard case .lookingUp(let question, let timer) = state else { return }
    reactor.remove(timer)
    resolver.cancel(question)
    state = .over
  }

  private func found(_ addresses: [SocketAddress]) {
    stopLookingUp()
    rest = addresses[...]
    guard !rest.isEmpty else { return end(.closed(reason: "The host's name is not known.")) }
    talkToNext()
  }

  private func talkToNext() {
    guard let address = rest.popFirst(), let size else { return }
    heard = []
    let remote = make(address.hostText)
    remote.observer = isLast ? observer : self
    state = .talking(remote)
    do throws(RemoteFailure) {
      try remote.start(size)
    } catch {
      remote.hangUp()
      return end(.failed(error.message))
    }
    remote.setInterest(reading: interest.reading, writing: interest.writing)
  }

  private func end(_ end: RemoteEnd) {
    state = .over
    let told = observer
    observer = nil
    told?.remoteEnded(end)
  }

  // MARK: An address that does not answer

  func remoteIsReadable() { observer?.remoteIsReadable() }

  func remoteIsWritable() { observer?.remoteIsWritable() }

  func remoteEnded(_ end: RemoteEnd) {
    guard case .talking = state else { return }
    if !isLast, isRefusal(end) { return talkToNext() }
    self.end(end)
  }

  /// Whether the client has not got through to a host at all. Nobody was asked anything then.
  private func isRefusal(_ end: RemoteEnd) -> Bool {
    guard case .exited(let code, let reason) = end, code != 0,
      heard.count < Self.longestRefusal
    else { return false }
    if let reason { return SSHMessage.isUnreached(reason) }
    return String(decoding: heard, as: UTF8.self).contains("Unable to connect to remote host")
  }

  private func hear(_ remote: any Remote, _ span: inout OutputRawSpan) {
    let before = span.byteCount
    remote.read(into: &span)
    let count = span.byteCount - before
    guard count > 0, heard.count < Self.longestRefusal else { return }
    heard += span.bytes.extracting(last: count).withUnsafeBytes(Array.init)
    // ssh does not speak of an address that does not answer where another one does.
    if SSHMessage.isUnreachedMessage(heard) { span.removeLast(count) }
  }

  // MARK: The conversation

  private var remote: (any Remote)? { if case .talking(let remote) = state { remote } else { nil } }

  func read(into span: inout OutputRawSpan) {
    guard let remote else { return }
    if isLast { remote.read(into: &span) } else { hear(remote, &span) }
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

  func hangUp() {
    observer = nil
    stopLookingUp()
    remote?.hangUp()
    state = .over
  }
}

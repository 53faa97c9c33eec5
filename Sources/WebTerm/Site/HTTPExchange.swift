// HTTP on one connection: a request at a time, answered by the responder.

import EventLoop

/// The conversation that every connection begins with.
final class HTTPExchange: Conversation {
  private enum State {
    case reading
    /// The head is out or about to be; `sent` bytes of the body are.
    case responding(Response, sent: Int)
    /// The answer is being made elsewhere: a password is checked, or a file read.
    case waiting
    case finished
  }

  /// How long a connection may wait for another request.
  private static let keepAlive: Duration = .seconds(75)
  /// How long a peer may take nothing of an answer that is there for it.
  private static let silence: Duration = .seconds(75)
  /// How long other threads may take for their part of an answer.
  private static let answerTimeout: Duration = .seconds(30)

  private unowned let connection: Connection
  private let responder: Responder
  private var parser: RequestParser
  private var state = State.reading
  private var head: [UInt8] = []
  private var deadline: MonotonicInstant
  /// Called where the answer that is being made elsewhere is not waited for any more.
  private var withdraw: (() -> Void)?

  init(_ connection: Connection, _ responder: Responder) {
    self.connection = connection
    self.responder = responder
    parser = RequestParser(bodiesBelow: responder.bodiesBelow)
    deadline = connection.reactor.now + responder.handshakeTimeout
  }

  // MARK: Requests

  var wantsInput: Bool { if case .reading = state { true } else { false } }

  var isIdle: Bool { wantsInput && parser.isIdle }

  func received(_ bytes: inout MutableSpan<UInt8>) -> Int {
    let wasIdle = parser.isIdle
    do throws(RequestProblem) {
      switch try parser.consume(bytes.span) {
      case .incomplete:
        if wasIdle { deadline = connection.reactor.now + responder.handshakeTimeout }
        return bytes.count
      case .complete(let request, let used):
        follow(responder.answer(request, on: connection), to: request)
        return used
      }
    } catch {
      respond(responder.answer(error, from: connection.peer))
      return bytes.count
    }
  }

  private func follow(_ answer: Answer, to request: RequestHead) {
    switch answer {
    case .response(let response): respond(response, to: request)
    case .upgrade(let upgrade):
      state = .finished
      responder.begin(upgrade, on: connection)
    case .pending(let begin):
      wait(Self.answerTimeout, in: .waiting)
      let withdraw = begin { [weak self] next in
        guard let self, case .waiting = state else { return }
        follow(next(), to: request)
      }
      if let withdraw { self.withdraw = withdraw }
    }
  }

  private func wait(_ timeout: Duration, in state: State) {
    self.state = state
    deadline = connection.reactor.now + timeout
  }

  /// The answer that is being made elsewhere is not waited for any more.
  private func giveUp() {
    withdraw.take()?()
  }

  // MARK: Responses

  /// - Parameters:
  ///   - response: The response.
  ///   - request: What it answers; nil where the connection ends with it, since there is no whole
  ///     request.
  private func respond(_ response: Response, to request: RequestHead? = nil) {
    var response = response
    let keepsAlive =
      request?.keepsAlive == true && !response.isLast && !responder.isDraining
    // A 304 is about a body that it does not have: its length here would be that body's. A 204 has
    // none (RFC 9110, section 8.6).
    if response.head.status != .notModified, response.head.status != .noContent {
      response.head.add("Content-Length", "\(response.body.count)")
    }
    if !keepsAlive { response.head.add("Connection", "close") }
    response.isLast = !keepsAlive
    head = response.head.encoded
    if request?.method == "HEAD" || response.head.status == .notModified { response.body = [] }
    wait(Self.silence, in: .responding(response, sent: 0))
    connection.askFlush()
  }

  func fill(_ outbox: inout Outbox) -> Bool {
    if !head.isEmpty {
      outbox.append(head)
      head = []
    }
    guard case .responding(let response, let sent) = state else { return false }
    return sent < response.body.count
  }

  func lend(_ write: (RawSpan, RawSpan) -> Int) {
    guard case .responding(let response, let sent) = state else {
      _ = write(RawSpan(), RawSpan())
      return
    }
    let body = response.body.span.extracting(sent..<response.body.count)
    let written = write(body.bytes, RawSpan())
    guard written > 0 else { return }
    wait(Self.silence, in: .responding(response, sent: sent + written))
  }

  func flushed() {
    guard case .responding(let response, _) = state else { return }
    if response.isLast {
      state = .finished
      connection.finish()
    } else {
      wait(Self.keepAlive, in: .reading)
    }
  }

  // MARK: Time

  var nextDeadline: MonotonicInstant? {
    switch state {
    case .reading, .responding, .waiting: connection.reactor.presence.fair(deadline)
    case .finished: nil
    }
  }

  func tick(now: MonotonicInstant) {
    if case .waiting = state {
      giveUp()
      return respond(
        responder.problems.answer(.unavailable, "The server could not check that in time."))
    }
    guard case .reading = state, !parser.isIdle else { return connection.close() }
    respond(
      responder.problems.answer(.requestTimeout, "The request did not arrive in time."))
  }

  func connectionClosed() {
    giveUp()
    state = .finished
  }
}

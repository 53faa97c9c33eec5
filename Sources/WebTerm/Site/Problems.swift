// What is answered where something is wrong.

/// Answers that say what is wrong, and what would be right.
struct Problems {
  private let pages: Pages

  init(_ pages: Pages) {
    self.pages = pages
  }

  /// An error as a small page for a browser, as plain text for others.
  func answer(
    _ status: ResponseHead.Status, _ message: String, to request: RequestHead? = nil
  ) -> Response {
    let accepted = request?.list("accept") ?? []
    guard accepted.contains(where: { $0.asciiLowercased.hasPrefix("text/html") }) else {
      return Response(status, text: "\(message)\n")
    }
    return Response(status, html: pages.error(status, message, for: request))
  }

  /// The same for every terminal that is not there, or not theirs: a page that sends the token which
  /// its address may have.
  func noSuchTerminal(_ request: RequestHead) -> Response {
    let accepted = request.list("accept")
    guard accepted.contains(where: { $0.asciiLowercased.hasPrefix("text/html") }) else {
      return Response(.notFound, text: "\(WatchGate.nothing)\n")
    }
    return Response(.notFound, html: pages.watch(for: request))
  }

  /// Too early; how long to wait, in whole seconds.
  func answer(
    _ status: ResponseHead.Status, _ message: String, after seconds: Int, to request: RequestHead
  ) -> Response {
    var response = answer(status, message, to: request)
    response.head.add("Retry-After", "\(seconds)")
    return response
  }

  /// Only some methods are understood (RFC 9110, section 15.5.6).
  func methodNotAllowed(_ request: RequestHead, at route: Route) -> Response {
    let takesPost = if case .watch = route { true } else { false }
    let methods = takesPost ? "GET, HEAD, POST" : "GET, HEAD"
    var response = answer(
      .methodNotAllowed, "Only these are understood here: \(methods).", to: request)
    response.head.add("Allow", methods)
    return response
  }

  /// Asks for a name and a password (RFC 7617).
  func challenge(_ request: RequestHead) -> Response {
    var response = answer(
      .unauthorized, "This server asks for a name and a password.", to: request)
    response.head.add("WWW-Authenticate", "Basic realm=\"webtermd\", charset=\"UTF-8\"")
    return response
  }

  /// A channel that is not opened.
  func noChannel(
    _ status: ResponseHead.Status, _ message: String, subprotocol: String,
    for request: RequestHead
  ) -> Response {
    var response = answer(status, message, to: request)
    if status == .upgradeRequired {
      response.head.add("Upgrade", "websocket")
      response.head.add("Sec-WebSocket-Version", "13")
      response.head.add("Sec-WebSocket-Protocol", subprotocol)
    }
    return response
  }

  /// The answer to bytes that are no request.
  func answer(_ problem: RequestProblem) -> Response {
    switch problem {
    case .malformed(let reason): answer(.badRequest, "The request is not HTTP: \(reason).")
    case .versionNotSupported:
      answer(.versionNotSupported, "Only HTTP/1.0 and HTTP/1.1 are spoken.")
    case .targetTooLong: answer(.uriTooLong, "The address is too long.")
    case .fieldsTooLarge: answer(.fieldsTooLarge, "The header fields are too large.")
    case .bodyRefused: answer(.contentTooLarge, "Requests with a body are not taken.")
    }
  }
}

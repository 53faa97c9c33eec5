// The gate of addresses: by which name a request has come, and from which page.

import EventLoop

/// What a refused page has shown of where it is.
struct SeenOrigin: Equatable {
  /// The Origin field; "none" where there is none.
  let origin: String
  /// Host, as it has come here.
  let host: String
  /// Whether it came over https, as far as a trusted proxy tells.
  let isSecure: Bool

  init(origin: String?, host: String, isSecure: Bool) {
    self.origin = (origin ?? "none").cut(to: Self.most)
    self.host = host.cut(to: Self.most)
    self.isSecure = isSecure
  }

  /// As many bytes of each are told.
  private static let most = 200

  /// One sentence for the visitor and for the administrator behind them: what was seen, and what
  /// would be right.
  var sentence: String {
    "This server opens no terminal for a page at \(origin), since it was asked as "
      + "\(isSecure ? "https" : "http")://\(host): its administrator puts \"\(origin)\" into "
      + "\"origins\", or lets the proxy pass on Host and X-Forwarded-Proto as they are."
  }

  /// The same where the server does not even answer to the name that it was asked by.
  var sentenceOfHost: String {
    "This server does not answer to the name \(host): its administrator puts its public address, "
      + "such as \"https://\(host)\", into \"origins\"."
  }
}

/// Refuses requests to names that are none of this server's, and pages from elsewhere, and warns
/// the administrator of both: a proxy that passes another Host looks so, and a foreign page, too,
/// which must not fill the log.
final class OriginGate {
  /// How often the same is told.
  private static let pause: Duration = .seconds(60)
  /// How many different ones of an event are told within that time.
  private static let most = 10

  private let site: Site
  private let chronicle: Chronicle
  private let reactor: Reactor
  private var told: [String: [SeenOrigin]] = [:]
  private var end: MonotonicInstant?

  /// - Parameters:
  ///   - site: Has the names and origins that are ours.
  ///   - chronicle: Hears of refusals.
  ///   - reactor: The loop.
  init(_ site: Site, _ chronicle: Chronicle, reactor: Reactor) {
    self.site = site
    self.chronicle = chronicle
    self.reactor = reactor
  }

  /// The answer to a request by a name that is none of ours; nil where it may go on.
  func refusal(ofHost request: RequestHead, _ caller: Caller) -> Response? {
    guard let authority = request.authority, !site.origins.accepts(host: authority) else {
      return nil
    }
    let seen = SeenOrigin(
      origin: request.value("origin"), host: authority, isSecure: caller.isSecure)
    note("requests to a name that is none of ours are refused (origins)", seen, caller)
    return site.problems.answer(.misdirectedRequest, seen.sentenceOfHost, to: request)
  }

  /// The answer to a page from elsewhere that asks why it has no channel; nil where it may go on.
  ///
  /// A page cannot see why its handshake was refused: it asks for its own address, and says where
  /// it is. A browser tells that of no other request to the page's own server.
  func refusal(ofPage request: RequestHead, _ caller: Caller) -> Response? {
    guard let origin = request.value("x-webterm-origin"),
      let seen = stranger(origin, request, caller)
    else { return nil }
    return site.problems.answer(.forbidden, seen.sentence, to: request)
  }

  /// Where a handshake comes from, if that is none of our pages; nil where it may go on.
  func stranger(_ request: RequestHead, _ caller: Caller) -> SeenOrigin? {
    stranger(request.value("origin"), request, caller)
  }

  private func stranger(
    _ origin: String?, _ request: RequestHead, _ caller: Caller
  ) -> SeenOrigin? {
    let authority = request.authority ?? ""
    let isOwn = site.origins.accepts(
      origin: origin, authority: authority, isSecure: caller.isSecure)
    return isOwn ? nil : SeenOrigin(origin: origin, host: authority, isSecure: caller.isSecure)
  }

  /// A channel was refused for where its page is.
  func noteChannel(_ seen: SeenOrigin, _ caller: Caller) {
    note("channels of a page are refused: its origin is none of ours (origins)", seen, caller)
  }

  /// Tells of one, unless that was done lately.
  private func note(_ event: String, _ seen: SeenOrigin, _ caller: Caller) {
    let now = reactor.now
    if let end, now < end {
      let lately = told[event] ?? []
      guard lately.count < Self.most, !lately.contains(seen) else { return }
    } else {
      told = [:]
      end = now + Self.pause
    }
    told[event, default: []].append(seen)
    chronicle.log.write(
      .warning, event,
      [
        ("origin", seen.origin), ("host", seen.host), ("secure", "\(seen.isSecure)"),
        ("peer", caller.name),
      ])
  }
}

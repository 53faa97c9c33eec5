// Pages at addresses that the configuration does not know: what is said of them to the
// administrator.

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

/// Warns of pages whose channels are refused for where they are: a proxy that passes another Host
/// looks so, and a foreign page, too, which must not fill the log.
final class RefusedOrigins {
  /// How often the same is told.
  private static let pause: Duration = .seconds(60)
  /// How many different ones of an event are told within that time.
  private static let most = 10

  private var told: [String: [SeenOrigin]] = [:]
  private var end: MonotonicInstant?

  /// Tells of one, unless that was done lately.
  ///
  /// - Parameters:
  ///   - event: What was refused.
  ///   - seen: What the request has shown.
  ///   - peer: Who made it.
  ///   - log: Where it is told.
  ///   - now: The time.
  func note(
    _ event: String, _ seen: SeenOrigin, peer: String, _ log: Log, now: MonotonicInstant
  ) {
    if let end, now < end {
      let lately = told[event] ?? []
      guard lately.count < Self.most, !lately.contains(seen) else { return }
    } else {
      told = [:]
      end = now + Self.pause
    }
    told[event, default: []].append(seen)
    log.write(
      .warning, event,
      [
        ("origin", seen.origin), ("host", seen.host), ("secure", "\(seen.isSecure)"),
        ("peer", peer),
      ])
  }
}

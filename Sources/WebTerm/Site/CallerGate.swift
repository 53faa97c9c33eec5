// The gate of addresses' limits: who makes a request, and whether that address has too many
// connections.

import EventLoop

/// Finds out who makes a request, and counts its connection.
final class CallerGate {
  private let site: Site
  private let visitors: VisitorRegistry
  private let admission: Admission
  private let metrics: Metrics
  private let reactor: Reactor

  /// - Parameters:
  ///   - site: Says which proxies are believed.
  ///   - visitors: Know the cookies.
  ///   - admission: Counts connections by their callers' addresses.
  ///   - metrics: Count requests, and what is refused.
  ///   - reactor: The loop.
  init(
    _ site: Site, _ visitors: VisitorRegistry, _ admission: Admission, _ metrics: Metrics,
    reactor: Reactor
  ) {
    self.site = site
    self.visitors = visitors
    self.admission = admission
    self.metrics = metrics
    self.reactor = reactor
  }

  /// Who makes a request; nil where that address has too many connections open.
  func admit(_ request: RequestHead, on connection: Connection) -> Caller? {
    metrics.requests += 1
    let caller = Caller(
      request, peer: connection.peer, site.configuration, visitors, now: reactor.now)
    guard admission.admits(ObjectIdentifier(connection), for: caller.address) else {
      metrics.refuse("connections")
      return nil
    }
    return caller
  }

  /// Counts something that was refused.
  func noteRefusal(of what: String) { metrics.refuse(what) }
}

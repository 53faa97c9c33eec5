// An answer before it is sent.

/// A response: its head without what the connection adds, and its body.
struct Response {
  var head: ResponseHead
  var body: [UInt8]
  /// Whether the connection ends with it.
  var isLast = false

  /// What every response carries, so that no page of ours can be framed, sniffed or made to load
  /// something foreign. Styles may stand inline because xterm.js writes its colours so; scripts
  /// never.
  private static let guards: [(String, String)] = [
    (
      "Content-Security-Policy",
      "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        + "font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'self'; "
        + "form-action 'self'; frame-ancestors 'none'"
    ),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Frame-Options", "DENY"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
  ]

  init(
    _ status: ResponseHead.Status, contentType: String, body: [UInt8],
    cacheControl: String = "no-store"
  ) {
    head = ResponseHead(status)
    self.body = body
    head.add("Content-Type", contentType)
    head.add("Cache-Control", cacheControl)
    for (name, value) in Self.guards { head.add(name, value) }
  }

  /// A page, as UTF-8.
  init(_ status: ResponseHead.Status, html: [UInt8]) {
    self.init(status, contentType: "text/html; charset=utf-8", body: html)
  }

  /// A sentence, as plain text.
  init(_ status: ResponseHead.Status, text: String) {
    self.init(status, contentType: "text/plain; charset=utf-8", body: Array(text.utf8))
  }
}

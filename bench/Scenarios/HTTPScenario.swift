// How many cold page loads a second: a page and all that it loads.

import EventLoop

/// The scenario `http`.
struct HTTPScenario: Scenario {
  private static let connections = 8
  private static let paths = [
    "/remote/telnet/echo/23", "/static/bundle/people.css", "/static/bundle/terminal-page.js",
    "/static/vendor/xterm.js", "/static/img/icon.svg",
  ]

  let name = "http"

  /// A connection that loads one page after another, with everything on it, like browsers without a
  /// cache.
  private final class Browser: ByteStreamOwner {
    private static let end = Array("\r\n\r\n".utf8)
    private static let length = Array("Content-Length: ".utf8)

    private var stream: ByteStream?
    private var head: [UInt8] = []
    private var bodyLeft = 0
    private var answers = 0
    private(set) var pages = 0
    private(set) var bytes = 0
    private(set) var failure: String?

    init(port: UInt16, context: LineContext) throws {
      stream = try ByteStream(
        try connectSocket(to: .loopback(port)), reactor: context.reactor, buffer: context.buffer,
        owner: self)
    }

    func streamOpened() { ask() }

    private func ask() {
      let requests = HTTPScenario.paths.map { path in
        "GET \(path) HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n\r\n"
      }
      stream?.write(Array(requests.joined().utf8))
    }

    func stream(received span: RawSpan) {
      bytes += span.byteCount
      var offset = 0
      while offset < span.byteCount {
        if bodyLeft > 0 {
          let taken = min(bodyLeft, span.byteCount - offset)
          bodyLeft -= taken
          offset += taken
          if bodyLeft == 0 { answered() }
          continue
        }
        head.append(span.unsafeLoad(fromByteOffset: offset, as: UInt8.self))
        offset += 1
        if head.suffix(4).elementsEqual(Self.end) { headEnded() }
      }
    }

    private func headEnded() {
      if !head.starts(with: Array("HTTP/1.1 200".utf8)) {
        failure = String(decoding: head.prefix { $0 != 13 }, as: UTF8.self)
      }
      let text = String(decoding: head, as: UTF8.self)
      bodyLeft =
        text.split(separator: "\r\n").first { $0.hasPrefix("Content-Length: ") }
        .flatMap { Int($0.dropFirst(16)) } ?? 0
      head.removeAll(keepingCapacity: true)
      if bodyLeft == 0 { answered() }
    }

    private func answered() {
      answers += 1
      guard answers == HTTPScenario.paths.count else { return }
      answers = 0
      pages += 1
      ask()
    }

    func streamEnded(_ reason: String) { failure = reason }

    func close() { stream?.close() }
  }

  func run(_ bench: Bench) throws {
    let server = try bench.programs.startServer(bench.options)
    defer { server.stop() }
    let browsers = try (0..<Self.connections).map { _ in
      try Browser(port: server.port, context: bench.context)
    }
    defer { browsers.forEach { $0.close() } }
    let began = MonotonicInstant.now
    try bench.turn(for: bench.options.time)
    let seconds = began.duration(to: .now) / .seconds(1)
    if let failure = browsers.compactMap(\.failure).first { throw BenchFailure("http: \(failure)") }
    let pages = browsers.reduce(0) { $0 + $1.pages }
    let bytes = browsers.reduce(0) { $0 + $1.bytes }
    bench.found(
      Finding(
        name: "http, cold page loads", unit: "a second", better: .higher,
        value: Double(pages) / seconds))
    bench.found(
      Finding(
        name: "http, that is", unit: "MB/s", better: .higher, value: Double(bytes) / 1e6 / seconds))
  }
}

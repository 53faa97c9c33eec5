import Glibc
import Synchronization
import Testing

@testable import EventLoop

@Suite("Appending to many files") struct BatchAppenderTests {
  private final class Folder {
    let path: String

    init() {
      var template = Array("/tmp/batch-XXXXXX".utf8CString)
      path = String(cString: mkdtemp(&template))
    }

    deinit {
      for name in ["a", "b", "c", "moved"] { unlink("\(path)/\(name)") }
      rmdir(path)
    }

    func text(_ name: String) -> String {
      (try? String(decoding: readFile("\(path)/\(name)"), as: UTF8.self)) ?? ""
    }
  }

  /// How many lines a file says were lost: all together, or in several lines, as they came.
  private static func lost(_ text: String) -> Int {
    text.split(separator: "\n").filter { $0.hasPrefix("lost ") }
      .reduce(0) { $0 + (Int($1.dropFirst(5)) ?? 0) }
  }

  private static func line(_ text: String) -> [UInt8] { Array("\(text)\n".utf8) }

  /// Waits for what another thread does.
  private func eventually(_ isDone: () -> Bool) {
    let limit = MonotonicInstant.now + .seconds(60)
    while !isDone(), MonotonicInstant.now < limit { usleep(2000) }
    #expect(isDone())
  }

  @Test("lines of several files come in order, and a file that was moved away is made anew")
  func order() throws {
    let folder = Folder()
    let appender = try BatchAppender(news: nil) { Self.line("lost \($0)") }
    let files = ["a", "b", "c"].map { BatchAppender.File("\(folder.path)/\($0)") }
    for number in 0..<1000 {
      for file in files { appender.append(Self.line("\(number)"), lines: 1, to: file) }
    }
    let expected = (0..<1000).map { "\($0)\n" }.joined()
    eventually { ["a", "b", "c"].allSatisfy { folder.text($0) == expected } }
    rename("\(folder.path)/a", "\(folder.path)/moved")
    appender.append(Self.line("new"), lines: 1, to: files[0])
    appender.drain(atMost: 10_000)
    #expect(folder.text("a") == "new\n")
    #expect(folder.text("moved") == expected)
    #expect(appender.lost == 0)
  }

  @Test("what a file does not take waits within bounds; what is beyond is lost as a whole and said")
  func missingFolder() throws {
    let folder = Folder()
    let news = Mutex((fails: 0, goesOn: 0))
    let reactor = try Reactor()
    let mailbox = try Mailbox<BatchAppender.News>(reactor: reactor) { told in
      news.withLock { news in
        switch told {
        case .fails: news.fails += 1
        case .goesOn: news.goesOn += 1
        }
      }
    }
    let appender = try BatchAppender(news: mailbox.sender) { Self.line("lost \($0)") }
    let away = "\(folder.path).away"
    rename(folder.path, away)
    let file = BatchAppender.File("\(folder.path)/a")
    let text = String(repeating: "x", count: 999)
    let count = 3 * BatchAppender.mostForFile / 1000
    for number in 0..<count { appender.append(Self.line("\(number) \(text)"), lines: 1, to: file) }
    eventually {
      try? reactor.turn(until: .now)
      return news.withLock { $0.fails == 1 }
    }
    let lost = appender.lost
    #expect(lost > 0 && lost < count)
    rename(away, folder.path)
    eventually { Self.lost(folder.text("a")) == lost }
    appender.append(Self.line("end"), lines: 1, to: file)
    eventually { folder.text("a").hasSuffix("\nend\n") }
    #expect(Self.lost(folder.text("a")) == lost)
    let lines = folder.text("a").split(separator: "\n").dropLast().filter {
      !$0.hasPrefix("lost ")
    }
    #expect(lines.count == count - lost)
    #expect(lines.enumerated().allSatisfy { $1 == "\($0) \(text)" })
    eventually {
      try? reactor.turn(until: .now)
      return news.withLock { $0.goesOn == 1 && $0.fails == 1 }
    }
    mailbox.close()
    appender.close()
  }

  @Test("a reader that stands still holds no other file up")
  func stalled() throws {
    let folder = Folder()
    let appender = try BatchAppender(news: nil) { Self.line("lost \($0)") }
    mkfifo("\(folder.path)/a", 0o600)
    let reader = open("\(folder.path)/a", O_RDONLY | O_NONBLOCK)
    defer { close(reader) }
    let (full, other) = (
      BatchAppender.File("\(folder.path)/a"), BatchAppender.File("\(folder.path)/b")
    )
    let text = String(repeating: "y", count: 999)
    for _ in 0..<200 { appender.append(Self.line(text), lines: 1, to: full) }
    usleep(200_000)
    appender.append(Self.line("other"), lines: 1, to: other)
    eventually { folder.text("b") == "other\n" }
    // When it is read on, all of it comes.
    var read = 0
    var buffer = [UInt8](repeating: 0, count: 65536)
    eventually {
      read += max(0, Glibc.read(reader, &buffer, buffer.count))
      return read == 200_000
    }
    #expect(appender.lost == 0)
    appender.close()
  }
}

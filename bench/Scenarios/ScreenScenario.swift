// How fast the screen model reads what leaves a terminal's log.

import EventLoop
import WebTerm

/// The scenario `screen`. It has no floor: what it costs a flood is in `flood`.
struct ScreenScenario: Scenario {
  /// As much as leaves a log at a time.
  private static let piece = 65536

  let name = "screen"

  func run(_ bench: Bench) throws {
    let kinds: [(String, [UInt8])] =
      [
        (
          "plain text",
          Self.repeated { "line \($0) of a long output, as a compiler writes it, or a log\r\n" }
        ),
        (
          "coloured ls",
          Self.repeated {
            "\u{1b}[0m\u{1b}[01;34mfolder\($0)\u{1b}[0m  \u{1b}[01;32mprogram\($0 % 7)\u{1b}[0m  file\($0).txt\r\n"
          }
        ),
        ("a full-screen program", Self.repeated(Self.meter)),
        ("Chinese", Self.repeated { "第\($0)行：汉字每个占两个单元格，需要查宽度表。\r\n" }),
        ("Cyrillic", Self.repeated { "Строка \($0): обычный текст на русском языке, журнал\r\n" }),
        (
          "a coloured log",
          Self.repeated {
            "\u{1b}[90m05:44:\($0 % 60)\u{1b}[0m \u{1b}[32mINFO\u{1b}[0m request \($0) took 7 ms, é 100 %\r\n"
          }
        ),
        (
          "a compiler",
          Self.repeated {
            "\u{1b}[01m\u{1b}[Kmain.c:\($0):7:\u{1b}[m\u{1b}[K \u{1b}[01;35m\u{1b}[Kwarning: \u{1b}[m\u{1b}[Kunused ‘x’\r\n"
          }
        ),
        ("random bytes", Self.random()),
      ] + Self.expensive
    for (name, text) in kinds {
      var screen = Screen(columns: 80, rows: 24)
      let end = MonotonicInstant.now + bench.options.time / kinds.count
      let began = MonotonicInstant.now
      var bytes = 0
      while MonotonicInstant.now < end {
        screen.feed(text)
        bytes += text.count
      }
      let seconds = began.duration(to: .now) / .seconds(1)
      bench.found(
        Finding(
          name: "screen, \(name)", unit: "MB/s", better: .higher,
          value: Double(bytes) / 1e6 / seconds))
    }
    let began = MonotonicInstant.now
    var screen = Screen(columns: 80, rows: 24)
    screen.feed(Self.repeated(Self.meter))
    var paintings = 0
    while paintings < 200 {
      guard !ScreenPainter.paint(screen).isEmpty else { break }
      paintings += 1
    }
    bench.found(
      Finding(
        name: "screen, a painting of 80 × 24", unit: "ms", better: .lower,
        value: began.duration(to: .now) / .milliseconds(1) / Double(max(1, paintings))))
  }

  /// What costs most by the byte.
  private static var expensive: [(String, [UInt8])] {
    [
      ("resets", repeated { _ in "x\u{1b}c" }), ("resets alone", repeated { _ in "\u{1b}c" }),
      ("erasures", repeated { _ in "\u{1b}[2J" }),
      ("selective erasures", selective + repeated { "\u{1b}[4\($0 % 8)m\u{1b}[?2J" }),
      ("scrolling", repeated { _ in "\u{1b}[999S" }),
      ("lines", repeated { _ in "\u{1b}[L\u{1b}[M" }),
      ("columns", adjusted + repeated { _ in "\u{1b}[ @\u{1b}[ A" }),
      ("columns in the middle", adjusted + repeated { _ in "\u{1b}['}\u{1b}['~\u{1b}[C" }),
      ("columns of new screens", repeated { _ in "\u{1b}#8\u{1b}[ @" }),
      ("columns and selective erasures", selective + repeated { _ in "\u{1b}[?2J\u{1b}[ @" }),
      ("columns, rows touched", adjusted + repeated { _ in "\u{1b}[ @x\n" }),
      ("selective erasures, rows touched", selective + repeated { _ in "\u{1b}[?2Jx\n" }),
      ("repetition", repeated { _ in "x\u{1b}[9999b" }),
      ("wide repetition", repeated { _ in "漢\u{1b}[9999b" }),
      ("repetition that inserts", repeated { _ in "\u{1b}[4hx\u{1b}[9999b" }),
      ("pictures", repeated { _ in "\u{263a}\u{fe0f}\u{1b}[9999b" }),
      (
        "clusters",
        repeated { _ in
          "\u{263a}\u{fe0f}\(String(repeating: "\u{301}", count: 62))\u{1b}[9999b"
        }
      ),
      ("marks", repeated { "e\(mark($0))\(mark(7 * $0))\(mark(3 * $0))" }),
      ("insertion", repeated { _ in "\u{1b}[4hx\r" }),
      ("no wraparound", repeated { _ in "\u{1b}[?7l漢xxxxxxxx" }),
      ("buffers", repeated { _ in "\u{1b}[?47h\u{1b}[?47l" }),
      ("links", repeated { "\u{1b}]8;id=\($0);h\u{7}y" }),
      ("colours", repeated { _ in "\u{1b}]10;#fff;#000;#123\u{7}" }),
      ("lines without a return", repeated { _ in "x\n" }),
    ].map { ("hostile: \($0.0)", $0.1) }
  }

  private static let adjusted = Array("\u{1b}#8".utf8)

  /// A screen on which every other character is protected.
  private static let selective = Array(
    String(repeating: "\u{1b}[1\"qx\u{1b}[0\"qy", count: 960).utf8)

  /// One of the combining marks.
  private static func mark(_ number: Int) -> String {
    Unicode.Scalar(0x300 + UInt32(number % 0x70)).map { String($0) } ?? ""
  }

  /// The same each time (SplitMix64).
  private static func random() -> [UInt8] {
    var state: UInt64 = 7
    return (0..<piece).map { _ in
      state &+= 0x9e37_79b9_7f4a_7c15
      let mixed = (state ^ (state >> 30)) &* 0xbf58_476d_1ce4_e5b9
      return UInt8(truncatingIfNeeded: mixed >> 32)
    }
  }

  /// A line of a process viewer: placed, coloured, with bars.
  private static func meter(_ number: Int) -> String {
    let row = number % 24 + 1
    let bar = String(repeating: "|", count: number % 40)
    return
      "\u{1b}[\(row);1H\u{1b}[36m\(number)\u{1b}[39m[\u{1b}[32m\(bar)\u{1b}[90m\(number % 100)%\u{1b}[39m]"
      + "\u{1b}[K\u{1b}[7m\u{1b}[\(row);60Hroot\u{1b}[27m \u{1b}[1m0.\(number % 10)\u{1b}[m"
  }

  private static func repeated(_ line: (Int) -> String) -> [UInt8] {
    var bytes: [UInt8] = []
    var number = 0
    while bytes.count < piece {
      bytes += Array(line(number).utf8)
      number += 1
    }
    return bytes
  }
}

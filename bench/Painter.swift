// The server's screen model as a filter, for whoever compares it with another emulator.

import Glibc
import WebTerm

/// Reads commands from standard input, each a letter, a length in four bytes (highest first) and so
/// many bytes:
///
///     N  columns and rows, two bytes each: a new screen
///     F  bytes of a host: they are fed
///     R  columns and rows: the screen has that size now
///     P  nothing: the painting is written to standard output, behind its length
enum Painter {
  static func run() {
    var screen = Screen(columns: 80, rows: 24)
    while let letter = read(1)?.first, let length = read(4) {
      let count = length.reduce(0) { $0 << 8 | Int($1) }
      guard let bytes = count == 0 ? [] : read(count) else { return }
      switch letter {
      case UInt8(ascii: "N") where count == 4:
        screen = Screen(columns: size(bytes[...]), rows: size(bytes[2...]))
      case UInt8(ascii: "R") where count == 4:
        screen.resize(columns: size(bytes[...]), rows: size(bytes[2...]))
      case UInt8(ascii: "F"): screen.feed(bytes)
      case UInt8(ascii: "P"):
        let painting = ScreenPainter.paint(screen)
        let size = UInt32(painting.count)
        write((0..<4).map { UInt8(truncatingIfNeeded: size >> (24 - 8 * UInt32($0))) } + painting)
      default: return
      }
    }
  }

  private static func size(_ bytes: ArraySlice<UInt8>) -> Int {
    bytes.prefix(2).reduce(0) { $0 << 8 | Int($1) }
  }

  /// Exactly so many bytes; nil at the end.
  private static func read(_ count: Int) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: count)
    var have = 0
    while have < count {
      let more = bytes.withUnsafeMutableBytes { buffer in
        Glibc.read(0, buffer.baseAddress?.advanced(by: have), count - have)
      }
      guard more > 0 else { return nil }
      have += more
    }
    return bytes
  }

  private static func write(_ bytes: [UInt8]) {
    var sent = 0
    while sent < bytes.count {
      let more = bytes.withUnsafeBytes { buffer in
        Glibc.write(1, buffer.baseAddress?.advanced(by: sent), bytes.count - sent)
      }
      guard more > 0 else { return }
      sent += more
    }
  }
}

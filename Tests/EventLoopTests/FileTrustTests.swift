// Who can change a file: the file, every folder on the way to it, and every link.

import EventLoop
import Glibc
import Testing

@Suite("who can change a file") struct FileTrustTests {
  /// A folder of links: `first` leads to `open/second`, that to `third` (both ways of saying
  /// where), and that to `file`.
  private static func withLinks(
    _ mode: mode_t, _ body: (_ folder: String) throws -> Void
  ) throws {
    var template = Array("/tmp/webtermd-trust-XXXXXX".utf8CString)
    let folder = try #require(mkdtemp(&template).map { String(cString: $0) })
    #expect(mkdir("\(folder)/open", 0o700) == 0)
    try writeFile("\(folder)/file", [])
    #expect(symlink("\(folder)/open/../open/second", "\(folder)/first") == 0)
    #expect(symlink("../third", "\(folder)/open/second") == 0)
    #expect(symlink("./file", "\(folder)/third") == 0)
    #expect(chmod("\(folder)/open", mode) == 0)
    defer {
      for name in ["open/second", "first", "third", "file", "loop"] { unlink("\(folder)/\(name)") }
      rmdir("\(folder)/open")
      rmdir(folder)
    }
    try body(folder)
  }

  @Test("links of our own in folders of our own are trusted")
  func trusted() throws {
    try Self.withLinks(0o755) { folder in
      for name in ["file", "third", "open/second", "first", "open/../open/./second"] {
        #expect(FileTrust.distrust(of: "\(folder)/\(name)") == nil)
      }
    }
  }

  @Test("a link between others in a folder that everybody may change is not")
  func linkBetween() throws {
    try Self.withLinks(0o777) { folder in
      #expect(
        FileTrust.distrust(of: "\(folder)/first") == "everybody may write to \(folder)/open")
      #expect(FileTrust.distrust(of: "\(folder)/third") == nil)
    }
  }

  @Test("a folder whose name begins with an accent hides none before it")
  func accents() throws {
    try Self.withLinks(0o777) { folder in
      let inside = "\(folder)/open/\u{301}x"
      try writeFile(inside, [])
      defer { unlink(inside) }
      #expect(FileTrust.distrust(of: inside) == "everybody may write to \(folder)/open")
    }
  }

  @Test("a link that leads nowhere, or round in a circle, is not")
  func nowhere() throws {
    try Self.withLinks(0o755) { folder in
      #expect(symlink("loop", "\(folder)/loop") == 0)
      #expect(FileTrust.distrust(of: "\(folder)/loop") == "\(folder)/loop leads nowhere")
      #expect(unlink("\(folder)/file") == 0)
      #expect(FileTrust.distrust(of: "\(folder)/first") == "\(folder)/file is not there")
    }
  }
}

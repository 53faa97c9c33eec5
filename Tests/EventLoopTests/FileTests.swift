import EventLoop
import Glibc
import Testing

@Suite("Files that are read as a whole") struct FileTests {
  private let folder: String

  init() throws {
    var name = Array("/tmp/webtermd-files-XXXXXX".utf8CString)
    try #require(mkdtemp(&name) != nil)
    folder = String(decoding: name.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  private func refusal(_ path: String, atMost most: Int? = nil) -> String {
    do throws(SystemError) {
      return "\(try readFile(path, atMost: most).count) bytes"
    } catch {
      return error.reason
    }
  }

  @Test("only regular files are read, and nothing else is waited for")
  func kinds() throws {
    defer { for name in ["fifo", "zero", "link"] { unlink("\(folder)/\(name)") } }
    defer { rmdir(folder) }
    #expect(mkfifo("\(folder)/fifo", 0o600) == 0)
    #expect(symlink("/dev/zero", "\(folder)/zero") == 0)
    #expect(symlink("\(folder)/fifo", "\(folder)/link") == 0)
    for most in [nil, 10] {
      #expect(refusal("\(folder)/fifo", atMost: most) == "It is a FIFO, not a regular file")
      #expect(refusal("\(folder)/link", atMost: most) == "It is a FIFO, not a regular file")
      #expect(refusal("\(folder)/zero", atMost: most) == "It is a device, not a regular file")
      #expect(refusal(folder, atMost: most) == "It is a folder, not a regular file")
    }
    #expect(refusal("\(folder)/none") == "No such file or directory")
  }

  @Test("a file that is too large is refused before it is read, and its beginning can be had")
  func sizes() throws {
    let path = "\(folder)/large"
    defer { rmdir(folder) }
    defer { unlink(path) }
    try writeFile(path, [1, 2, 3])
    #expect(try readFile(path) == [1, 2, 3] && readFile(path, atMost: 2) == [1, 2])
    // Sparse: it takes no room on a disk.
    #expect(truncate(path, 100 << 30) == 0)
    #expect(refusal(path) == "The file is larger than 64 MB")
    #expect(try readFile(path, atMost: 4) == [1, 2, 3, 0])
    #expect(truncate(path, largestFile + 1) == 0)
    #expect(refusal(path) == "The file is larger than 64 MB")
    // Files that do not tell their size are read to their end.
    #expect(try !readFile("/proc/self/status").isEmpty)
  }
}

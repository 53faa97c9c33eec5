// Small files as a whole. What reads or writes here may wait for a disk: it is for a start-up and for a helper's thread.
// A loop that serves asks for a FileStamp at the most.

import Glibc

/// The content of a file, or its beginning.
///
/// - Parameters:
///   - path: Where it is.
///   - most: No more than this many bytes are read.
/// - Returns: The bytes.
/// - Throws: What open(2) or read(2) says, with the path.
public func readFile(_ path: String, atMost most: Int = .max) throws(SystemError) -> [UInt8] {
  let number = open(path, O_RDONLY | O_CLOEXEC)
  guard number >= 0 else { throw SystemError("open", path, code: errno) }
  let file = Descriptor(owning: number)
  var content: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 65536)
  while content.count < most {
    let wanted = min(buffer.count, most - content.count)
    let count = retrying { read(file.number, &buffer, wanted) }
    guard count >= 0 else { throw SystemError("read", path, code: errno) }
    if count == 0 { break }
    content.append(contentsOf: buffer[0..<count])
  }
  return content
}

/// What changes when a file is written or replaced.
public struct FileStamp: Hashable, Sendable {
  private let device: UInt
  private let inode: UInt
  private let size: Int
  private let seconds: Int
  private let nanoseconds: Int

  /// Nil where the file cannot be looked at (stat(2)).
  public init?(of path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    device = UInt(status.st_dev)
    inode = UInt(status.st_ino)
    size = Int(status.st_size)
    seconds = status.st_mtim.tv_sec
    nanoseconds = status.st_mtim.tv_nsec
  }
}

/// Whether `path` is a file that this account may execute.
public func isExecutableFile(_ path: String) -> Bool {
  var status = stat()
  return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && access(path, X_OK) == 0
}

/// Writes a file so that it is there as a whole or not at all, even when the machine stops meanwhile.
///
/// - Throws: What the system says, with the path.
public func writeFile(
  _ path: String, _ content: [UInt8], mode: mode_t = 0o600
) throws(SystemError) {
  let draft = "\(path).new"
  // In a folder of others a link of that name could lead anywhere: the draft is a file that was not there before.
  unlink(draft)
  let number = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
  guard number >= 0 else { throw SystemError("open", draft, code: errno) }
  let file = Descriptor(owning: number)
  var written = 0
  while written < content.count {
    let count = content.withUnsafeBytes { bytes in
      let rest = UnsafeRawBufferPointer(rebasing: bytes[written...])
      return retrying { write(file.number, rest.baseAddress, rest.count) }
    }
    guard count >= 0 else { throw SystemError("write", draft, code: errno) }
    written += count
  }
  guard fsync(file.number) == 0 else { throw SystemError("fsync", draft, code: errno) }
  guard rename(draft, path) == 0 else { throw SystemError("rename", path, code: errno) }
}

/// Makes a directory and those above it that are missing; one that is there already is left as it is.
///
/// - Throws: What mkdir(2) says, with the path.
public func makeDirectory(_ path: String, mode: mode_t = 0o755) throws(SystemError) {
  if mkdir(path, mode) == 0 || errno == EEXIST { return }
  guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex else {
    throw SystemError("mkdir", path, code: errno)
  }
  try makeDirectory(String(path[..<slash]), mode: mode)
  if mkdir(path, mode) != 0 && errno != EEXIST {
    throw SystemError("mkdir", path, code: errno)
  }
}

// Small files as a whole. What reads or writes here may wait for a disk: it is for a start-up and
// for a helper's thread. A loop that serves asks for a FileStamp at the most.

import Glibc

/// No file that is read as a whole is larger, in bytes.
public let largestFile = 64 << 20

/// The content of a regular file, or its beginning. Whatever else has the path (a FIFO, a device, a
/// socket, a folder) is refused without being waited for.
///
/// - Parameters:
///   - path: Where it is.
///   - most: Only so many bytes of its beginning are wanted; nil for all of it, which must not be
///     larger than ``largestFile``.
/// - Returns: The bytes.
/// - Throws: What open(2) or read(2) says, with the path; `EFBIG` for a file that is too large.
public func readFile(_ path: String, atMost most: Int? = nil) throws(SystemError) -> [UInt8] {
  // To open a device may already do something.
  try requireRegularFile(path) { stat(path, &$0) }
  let number = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
  guard number >= 0 else { throw SystemError("open", path, code: errno) }
  let file = Descriptor(owning: number)
  let size = try requireRegularFile(path) { fstat(file.number, &$0) }
  let limit = most ?? largestFile + 1
  guard size < limit || most != nil else { throw tooLarge(path) }
  var content: [UInt8] = []
  content.reserveCapacity(min(size, limit))
  var buffer = [UInt8](repeating: 0, count: 65536)
  while content.count < limit {
    let wanted = min(buffer.count, limit - content.count)
    let count = retrying { read(file.number, &buffer, wanted) }
    guard count >= 0 else { throw SystemError("read", path, code: errno) }
    if count == 0 { break }
    content.append(contentsOf: buffer[0..<count])
  }
  guard content.count < limit || most != nil else { throw tooLarge(path) }
  return content
}

private func tooLarge(_ path: String) -> SystemError {
  SystemError(
    "read", path, code: EFBIG, message: "The file is larger than \(largestFile >> 20) MB")
}

/// Returns the size of what `look` finds, where that is a regular file.
@discardableResult
private func requireRegularFile(
  _ path: String, _ look: (inout stat) -> CInt
) throws(SystemError) -> Int {
  var status = stat()
  guard look(&status) == 0 else { throw SystemError("open", path, code: errno) }
  let kind: String
  switch status.st_mode & S_IFMT {
  case S_IFREG: return Int(status.st_size)
  case S_IFIFO: kind = "a FIFO"
  case S_IFDIR: kind = "a folder"
  case S_IFSOCK: kind = "a socket"
  case S_IFCHR, S_IFBLK: kind = "a device"
  default: kind = "something else"
  }
  throw SystemError("read", path, code: EINVAL, message: "It is \(kind), not a regular file")
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

/// Writes a file so that it is there as a whole or not at all, even when the machine stops
/// meanwhile.
///
/// - Throws: What the system says, with the path.
public func writeFile(
  _ path: String, _ content: [UInt8], mode: mode_t = 0o600
) throws(SystemError) {
  let draft = "\(path).new"
  // In a folder of others a link of that name could lead anywhere: the draft is a file that was not
  // there before.
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

/// Makes a directory and those above it that are missing; one that is there already is left as it
/// is.
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

// Small files as a whole. For start-up and reload only: nothing here is for a loop that serves.

import Glibc

/// The content of a file.
///
/// - Throws: What open(2) or read(2) says, with the path.
public func readFile(_ path: String) throws(SystemError) -> [UInt8] {
  let number = open(path, O_RDONLY | O_CLOEXEC)
  guard number >= 0 else { throw SystemError("open", path, code: errno) }
  let file = Descriptor(owning: number)
  var content: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 65536)
  while true {
    let count = retrying { read(file.number, &buffer, buffer.count) }
    guard count >= 0 else { throw SystemError("read", path, code: errno) }
    if count == 0 { return content }
    content.append(contentsOf: buffer[0..<count])
  }
}

/// Writes a file so that it is there as a whole or not at all, even when the machine stops meanwhile.
///
/// - Throws: What the system says, with the path.
public func writeFile(
  _ path: String, _ content: [UInt8], mode: mode_t = 0o600
) throws(SystemError) {
  let draft = "\(path).new"
  let number = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
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

/// Makes a directory for this account alone; one that is there already is left as it is.
///
/// - Throws: What mkdir(2) says, with the path.
public func makeDirectory(_ path: String) throws(SystemError) {
  guard mkdir(path, 0o700) != 0, errno != EEXIST else { return }
  throw SystemError("mkdir", path, code: errno)
}

// Where the page's files are, where the command line does not say.

import Glibc

/// The folder of the page's files.
enum StaticFolder {
  private static let packaged = "/usr/share/webtermd/static"
  /// A file that a folder of ours has.
  private static let mark = "pages/terminal.html"

  /// Beside the executable, in the checkout that it was built in, or where a package puts it. What
  /// is in it runs in visitors' browsers, so it must be as trustworthy as the executable: root's,
  /// the caller's, or of the one who has built both.
  static func find() -> String? {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let length = readlink("/proc/self/exe", &buffer, buffer.count - 1)
    var folder = String(
      decoding: buffer.prefix(max(0, length)).map(UInt8.init(bitPattern:)), as: UTF8.self)
    var executable = stat()
    let owners = [0, geteuid()] + (stat(folder, &executable) == 0 ? [executable.st_uid] : [])
    var candidates: [String] = []
    // .build/static/x86_64-unknown-linux-gnu/release/webtermd, the packaged one, lies five levels
    // below the checkout.
    for _ in 0..<5 {
      guard let slash = folder.lastIndex(of: "/") else { break }
      folder = String(folder[..<slash])
      candidates.append("\(folder)/static")
    }
    return (candidates + [packaged]).first { candidate in
      ["", "/pages", "/\(mark)"].allSatisfy { isTheirs(candidate + $0, owners) }
    }
  }

  private static func isTheirs(_ path: String, _ owners: [uid_t]) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && owners.contains(status.st_uid)
      && status.st_mode & S_IWOTH == 0
  }
}

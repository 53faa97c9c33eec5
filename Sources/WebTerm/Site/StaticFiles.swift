// The page's files, read once at start and served by tag. A request can only name what is in this
// table.

import EventLoop
import Glibc

/// All files below a folder, in memory.
struct StaticFiles {
  /// One file as it is served.
  struct File {
    let bytes: [UInt8]
    /// The same compressed, where that is there and smaller.
    let gzipped: [UInt8]?
    /// CRC-32 of `bytes`.
    let sum: UInt32
    /// Changes with the content.
    let tag: String
    let contentType: String
  }

  /// The largest file that is taken, in bytes.
  private static let largest = 16 << 20

  private let files: [String: File]

  /// Reads everything below `folder`, except hidden files and notes for the page's developers.
  ///
  /// A `NAME.gz` beside `NAME` is served instead of it to those who accept gzip, if its trailer
  /// says that it holds the same bytes; one that was left over from an older version is not used.
  ///
  /// - Throws: What the system says of a folder or a file that cannot be read.
  init(folder: String) throws(SystemError) {
    var contents: [String: [UInt8]] = [:]
    try Self.read(folder, prefix: "", into: &contents)
    var files: [String: File] = [:]
    for (name, bytes) in contents where !name.hasSuffix(".gz") {
      let sum = CRC32.of(bytes)
      let packed = contents["\(name).gz"].flatMap { Self.holds($0, sum, bytes.count) ? $0 : nil }
      let tag = "\"\(String(sum, radix: 16))-\(String(bytes.count, radix: 16))\""
      files[name] = File(
        bytes: bytes, gzipped: packed.flatMap { $0.count < bytes.count ? $0 : nil }, sum: sum,
        tag: tag, contentType: Self.contentType(of: name))
    }
    self.files = files
  }

  /// The file of that path, such as `js/terminal.js`.
  subscript(_ path: String) -> File? { files[path] }

  /// The paths of all files whose paths begin so.
  func paths(below folder: String) -> [String] {
    files.keys.filter { $0.hasPrefix(folder) }.sorted()
  }

  private static func read(
    _ folder: String, prefix: String, into contents: inout [String: [UInt8]]
  ) throws(SystemError) {
    guard let directory = opendir(folder) else {
      throw SystemError("opendir", folder, code: errno)
    }
    defer { closedir(directory) }
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name.hasPrefix(".") || name.hasSuffix(".md") { continue }
      let path = "\(folder)/\(name)"
      var status = stat()
      guard stat(path, &status) == 0 else { throw SystemError("stat", path, code: errno) }
      if status.st_mode & S_IFMT == S_IFDIR {
        try read(path, prefix: "\(prefix)\(name)/", into: &contents)
      } else if status.st_mode & S_IFMT == S_IFREG, status.st_size <= largest {
        contents["\(prefix)\(name)"] = try readFile(path)
      }
    }
  }

  /// Whether a gzip file's trailer (RFC 1952, section 2.3.1) is that of those bytes.
  private static func holds(_ gzipped: [UInt8], _ sum: UInt32, _ count: Int) -> Bool {
    guard gzipped.count > 18, gzipped.starts(with: [0x1f, 0x8b]) else { return false }
    let trailer = gzipped.suffix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return trailer == UInt64(UInt32(truncatingIfNeeded: count)) << 32 | UInt64(sum)
  }

  private static func contentType(of name: String) -> String {
    switch name.split(separator: ".").last {
    case "html": "text/html; charset=utf-8"
    case "js", "mjs": "text/javascript; charset=utf-8"
    case "css": "text/css; charset=utf-8"
    case "svg": "image/svg+xml"
    case "png": "image/png"
    case "ico": "image/x-icon"
    case "json": "application/json"
    case "webmanifest": "application/manifest+json"
    case "woff2": "font/woff2"
    case "txt", "md": "text/plain; charset=utf-8"
    default: "application/octet-stream"
    }
  }
}

extension StaticFiles {
  /// The answer to a request for a file; nil where there is none of that path.
  func response(_ path: String, to request: RequestHead) -> Response? {
    // Templates are no files of the page's.
    guard let file = self[path], !path.hasPrefix("pages/") else { return nil }
    let usesGzip = file.gzipped != nil && request.acceptsGzip
    let tag = usesGzip ? file.tag.replacing("-", with: "g") : file.tag
    let isKnown = request.list("if-none-match").contains { $0 == "*" || $0.hasSuffix(tag) }
    var response = Response(
      isKnown ? .notModified : .ok, contentType: file.contentType,
      body: isKnown ? [] : (usesGzip ? file.gzipped ?? file.bytes : file.bytes),
      cacheControl: "no-cache")
    response.head.add("ETag", tag)
    if file.gzipped != nil { response.head.add("Vary", "Accept-Encoding") }
    if usesGzip { response.head.add("Content-Encoding", "gzip") }
    return response
  }
}

extension RequestHead {
  /// Whether gzip is acceptable (RFC 9110, section 12.5.3); a weight of zero says that it is not.
  var acceptsGzip: Bool {
    list("accept-encoding").contains { element in
      let parts = element.asciiLowercased.split(atByte: ";").map { $0.trimmingBlanks() }
      guard let coding = parts.first, coding == "gzip" || coding == "*" else { return false }
      return !parts.dropFirst().contains { ["q=0", "q=0.0", "q=0.00", "q=0.000"].contains($0) }
    }
  }
}

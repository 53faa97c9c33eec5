// Whether what a file says, or does when it runs, is this account's own word: who else can change
// it.

import Glibc

/// Who can change a file, beside root and this process's account.
public enum FileTrust {
  /// The most links on the way to a file (path_resolution(7)).
  private static let mostLinks = 40

  /// Looks at a file, at every folder on the way to it, and at every link on that way with the
  /// folders on the way to where it leads.
  ///
  /// - Parameter path: Absolute.
  /// - Returns: Why others could put something else in its place, in a few words; nil where they
  ///   cannot.
  public static func distrust(of path: String) -> String? {
    var status = stat()
    // Without links.
    var way: [String] = []
    var parts = Self.parts(of: path)
    var links = 0
    guard lstat("/", &status) == 0 else { return "/ is not there" }
    if let reason = distrust(ofFolderOrFile: status, "/") { return reason }
    while let part = parts.popLast() {
      if part == ".." {
        _ = way.popLast()
        continue
      }
      let next = "/\((way + [part]).joined(separator: "/"))"
      guard lstat(next, &status) == 0 else { return "\(next) is not there" }
      guard status.st_mode & S_IFMT == S_IFLNK else {
        if let reason = distrust(ofFolderOrFile: status, next) { return reason }
        way.append(part)
        continue
      }
      // A link has no mode of its own.
      guard isTrusted(status.st_uid) else { return "\(next) belongs to \(account(status.st_uid))" }
      links += 1
      guard links <= mostLinks, let target = linkTarget(next) else {
        return "\(next) leads nowhere"
      }
      if isAbsolute(target) { way = [] }
      parts += Self.parts(of: target)
    }
    return nil
  }

  /// The parts of a path, the last one first. Byte by byte: to Swift's texts an accent behind a
  /// slash makes one character of both.
  private static func parts(of path: String) -> [String] {
    path.utf8.split(separator: UInt8(ascii: "/")).map { String(Substring($0)) }
      .filter { $0 != "." }.reversed()
  }

  private static func isAbsolute(_ path: String) -> Bool { path.utf8.first == UInt8(ascii: "/") }

  private static func linkTarget(_ path: String) -> String? {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink(path, &buffer, buffer.count)
    let target = buffer.prefix(max(0, count)).map(UInt8.init(bitPattern:))
    return count > 0 ? String(decoding: target, as: UTF8.self) : nil
  }

  /// Looks at a file in the folder where this process stands, and at that folder alone: who changes
  /// those above it moves the folder, but puts no other file into it.
  ///
  /// - Parameter name: The file's name in that folder.
  /// - Returns: As ``distrust(of:)``. A folder like /tmp, where everybody may make files, is
  ///   nobody's own.
  public static func distrust(here name: String) -> String? {
    var (folder, file) = (stat(), stat())
    guard lstat(".", &folder) == 0, lstat(name, &file) == 0 else { return "\(name) is not there" }
    if let reason = distrust(of: folder, "its folder") { return reason }
    guard file.st_mode & S_IFMT == S_IFLNK else { return distrust(of: file, "it") }
    guard isTrusted(file.st_uid) else { return "it belongs to \(account(file.st_uid))" }
    guard let target = linkTarget(name), let here = getcwd(nil, 0) else {
      return "\(name) leads nowhere"
    }
    defer { free(here) }
    return distrust(of: isAbsolute(target) ? target : "\(String(cString: here))/\(target)")
  }

  private static func distrust(ofFolderOrFile status: stat, _ name: String) -> String? {
    // Below a folder like /tmp only a file's owner replaces it, and that is one of us.
    let isSticky = status.st_mode & S_IFMT == S_IFDIR && status.st_mode & S_ISVTX != 0
    guard isSticky else { return distrust(of: status, name) }
    return isTrusted(status.st_uid) ? nil : "\(name) belongs to \(account(status.st_uid))"
  }

  private static func distrust(of status: stat, _ name: String) -> String? {
    guard isTrusted(status.st_uid) else { return "\(name) belongs to \(account(status.st_uid))" }
    if status.st_mode & S_IWOTH != 0 { return "everybody may write to \(name)" }
    // Root's own group is root.
    if status.st_mode & S_IWGRP != 0, status.st_gid != 0 {
      return "\(name) may be written to by its group"
    }
    return nil
  }

  private static func isTrusted(_ owner: uid_t) -> Bool { owner == 0 || owner == geteuid() }

  private static func account(_ owner: uid_t) -> String {
    getpwuid(owner).map { String(cString: $0.pointee.pw_name) } ?? "account \(owner)"
  }
}

// Whether what a file says, or does when it runs, is this account's own word: who else can change
// it.

import Glibc

/// Who can change a file, beside root and this process's account.
public enum FileTrust {
  /// Looks at a file and at every folder on the way to it, through symbolic links, too.
  ///
  /// - Parameter path: Absolute.
  /// - Returns: Why others could put something else in its place, in a few words; nil where they
  ///   cannot.
  public static func distrust(of path: String) -> String? {
    if let reason = distrust(onTheWayTo: path) { return reason }
    guard let resolved = realpath(path, nil) else { return "\(path) is not there" }
    defer { free(resolved) }
    let target = String(cString: resolved)
    return target == path ? nil : distrust(onTheWayTo: target)
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
    guard let resolved = realpath(name, nil) else { return "\(name) is not there" }
    defer { free(resolved) }
    return distrust(onTheWayTo: String(cString: resolved))
  }

  private static func distrust(onTheWayTo path: String) -> String? {
    var status = stat()
    var way = ""
    for part in path.split(separator: "/", omittingEmptySubsequences: false) {
      way += way.hasSuffix("/") ? part : "/\(part)"
      guard lstat(way, &status) == 0 else { return "\(way) is not there" }
      // A link has no mode of its own; below a folder like /tmp only a file's owner replaces it,
      // and that is one of us.
      let kind = status.st_mode & S_IFMT
      let isSticky = kind == S_IFDIR && status.st_mode & S_ISVTX != 0
      if kind == S_IFLNK || isSticky {
        guard isTrusted(status.st_uid) else { return "\(way) belongs to \(account(status.st_uid))" }
      } else if let reason = distrust(of: status, way) {
        return reason
      }
    }
    return nil
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

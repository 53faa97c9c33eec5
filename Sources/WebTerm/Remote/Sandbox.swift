// What a client program may do to the machine that it runs on: next to nothing. CLinux enforces it.

import CLinux
import EventLoop
import Glibc

/// The account that client programs run as.
struct ClientAccount: Equatable, Sendable {
  let user: UInt32
  let group: UInt32

  /// The account of that name; nil where there is none (getpwnam(3)).
  init?(named name: String) {
    guard let entry = getpwnam(name) else { return nil }
    user = entry.pointee.pw_uid
    group = entry.pointee.pw_gid
  }
}

/// What confines one client program.
///
/// It may execute itself and read its libraries, what the resolver needs, and the files of its
/// command; write nothing but the null device, its own terminal and, at the first visit to a host,
/// one file for the host's key; connect by TCP to its target's port of any host, and send nothing
/// in another way; start nothing unless it is a shell's script, signal no other process, hold no
/// capability. Files and ports are Landlock's part (landlock(7)), as far as the kernel's version
/// goes; the rest is seccomp's and the resource limits'.
struct Sandbox {
  /// The kernel's version of Landlock; 0 where it has none.
  static var landlockVersion: Int { Int(linux_landlock_version()) }

  /// Descriptors that a client may have.
  private static let descriptorLimit: UInt32 = 64
  /// Memory of its own that a client may have, in bytes: fifty times what ssh was seen to take with
  /// a post-quantum key exchange, and room for an interpreter. What it maps beside that, libraries
  /// and locales, may be as much again.
  private static let memoryLimit: UInt64 = 256 << 20

  private struct Rights {
    static let read = UInt32(LINUX_FILE_READ | LINUX_FILE_LIST)
    static let execute = UInt32(LINUX_FILE_EXECUTE | LINUX_FILE_READ)
    static let device = UInt32(LINUX_FILE_DEVICE)
  }

  /// Everybody's: the loader, libraries, what name resolution reads, and two devices.
  private static let common: [(paths: [String], rights: UInt32)] = [
    (
      [
        "/lib", "/lib32", "/lib64", "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/local/lib",
        "/etc/ld.so.cache", "/etc/ld.so.preload", "/usr/share/locale", "/usr/share/terminfo",
        "/usr/share/zoneinfo", "/etc/terminfo", "/etc/localtime", "/etc/locale.alias",
        "/etc/nsswitch.conf", "/etc/host.conf", "/etc/resolv.conf", "/etc/hosts", "/etc/gai.conf",
        "/etc/services", "/etc/protocols", "/etc/passwd", "/etc/group", "/etc/ssl/openssl.cnf",
        "/etc/crypto-policies", "/proc/filesystems", "/dev/zero", "/dev/random", "/dev/urandom",
      ], Rights.read
    ),
    (
      [
        "/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1", "/lib/ld-musl-x86_64.so.1",
        "/lib/ld-musl-aarch64.so.1",
      ], Rights.execute
    ),
    (["/dev/null", "/dev/tty"], Rights.device),
  ]
  /// A shell script's, beside that: the system's programs.
  private static let programs = ["/bin", "/usr/bin", "/sbin", "/usr/sbin"]

  /// Which system calls a client may make (seccomp(2)).
  enum Calls: String, CaseIterable, Sendable {
    /// What ssh and telnet were seen to need, and nothing else.
    case narrow
    /// All but what is known to be dangerous, for a client that needs more. Scripts have it always.
    case wide
  }

  /// What an administrator decides about it.
  struct Settings: Equatable, Sendable {
    /// Whom to become; nil where the server's own account stays.
    var account: ClientAccount?
    var calls = Calls.narrow
  }

  /// What is to be executed inside.
  let program: ClientProgram
  private let account: ClientAccount?
  private let calls: Calls
  private let port: UInt16
  private let files: [String]
  private let draft: String?

  /// Whether the client may ask services of this machine through local sockets. ssh wants to know
  /// its account's name: where that is not in the file of accounts it is asked for through a socket
  /// of systemd's or of another directory service (nsswitch.conf(5)).
  private let needsLocalSockets: Bool

  /// - Parameters:
  ///   - command: What is to be run; the files and the port that it names are inside.
  ///   - facts: What is known of the program and of this machine's accounts.
  ///   - settings: The administrator's.
  init(for command: ClientCommand, _ facts: ClientFiles.Facts, _ settings: Settings) {
    program = facts.program(command.path)
    account = settings.account
    calls = program.script == nil ? settings.calls : .wide
    needsLocalSockets = !facts.knows(account: account?.user ?? getuid())
    port = command.port
    files = command.files
    draft = command.draft
  }

  private static func makeRules(
    for program: ClientProgram, reading files: [String], writing draft: String?
  ) throws(SystemError) -> Descriptor? {
    guard landlockVersion > 0 else { return nil }
    var rules = common
    rules.append(([program.executable], Rights.execute))
    rules.append((files + [program.script].compactMap(\.self), Rights.read))
    if let draft { rules.append(([draft], Rights.device)) }
    if program.mayStartPrograms { rules.append((programs, Rights.execute)) }
    let list = rules.flatMap { rule in rule.paths.map { (strdup($0), rule.rights) } }
    defer { list.forEach { free($0.0) } }
    let number = linux_landlock_files(
      list.map { linux_file_rule(path: $0.0, rights: $0.1) }, list.count)
    guard number >= 0 else { throw SystemError("landlock", code: errno) }
    return Descriptor(owning: number)
  }

  /// Lends the sandbox as the C side wants it.
  ///
  /// - Throws: What the kernel says of the rules.
  func withRequest<R>(
    _ cache: RulesCache, now: MonotonicInstant, _ body: (UnsafePointer<linux_sandbox>) -> R
  ) throws(SystemError) -> R {
    var request = linux_sandbox()
    request.descriptor_limit = Self.descriptorLimit
    request.memory_limit = Self.memoryLimit
    request.file_limit = draft == nil ? 0 : UInt32(ClientCommand.longestDraft)
    request.may_start_programs = program.mayStartPrograms ? 1 : 0
    request.has_account = account == nil ? 0 : 1
    request.user = account?.user ?? 0
    request.group = account?.group ?? 0
    request.is_wide = calls == .wide ? 1 : 0
    request.allows_local_sockets = needsLocalSockets ? 1 : 0
    let ports = [port]
    let make: () throws(SystemError) -> RulesCache.Rules = { () throws(SystemError) in
      RulesCache.Rules(set: try Self.makeRules(for: program, reading: files, writing: draft))
    }
    func use(_ rules: borrowing RulesCache.Rules) -> R {
      request.files = -1
      switch rules.set {
      case .some(let set): request.files = set.number
      case .none: break
      }
      return ports.withUnsafeBufferPointer { ports in
        request.ports = ports.baseAddress
        request.port_count = ports.count
        return body(&request)
      }
    }
    // A draft is there for one client only.
    if draft != nil { return use(try make()) }
    return try cache.withRules(for: program, files, now: now, make: make, use)
  }
}

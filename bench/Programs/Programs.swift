// Where the measured programs are, and how they are started for a benchmark.

import EventLoop
import Glibc

/// The programs of one run: the server from the folder that this one is in, and two in C, which are
/// compiled as they are needed. A package manager would link Swift's runtime to them, which a
/// client inside its fence cannot read, and which would be part of every figure.
struct Programs {
  /// A folder of each server's own.
  private static let servers = [
    "ptys", "lines", "program", "ssh", "baseline", "targets", "usual", "inventory",
  ]
  /// Files of targets.
  private static let inventories = ["lines", "copy"]

  private let folder: String
  private let workFolder: String
  /// The program at the other end of every pty.
  let child: String
  private let floor: String
  private let webSocketFloor: String
  private let device: String

  /// - Throws: ``BenchFailure`` where a program is missing or cannot be made.
  init() throws {
    var path = [CChar](repeating: 0, count: 4096)
    let length = readlink("/proc/self/exe", &path, path.count - 1)
    let own = String(
      decoding: path.prefix(max(0, length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    folder = own.split(separator: "/").dropLast().map { "/\($0)" }.joined()
    guard access("\(folder)/webtermd", X_OK) == 0 else {
      throw BenchFailure("\(folder)/webtermd is missing: swift build --configuration release")
    }
    var template = Array("/tmp/webtermd-bench.XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw BenchFailure("no temporary folder") }
    workFolder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    child = "\(workFolder)/bench-child"
    floor = "\(workFolder)/bench-floor"
    webSocketFloor = "\(workFolder)/bench-floor-websocket"
    device = "\(workFolder)/bench-device"
    try compile("child/main.c", to: child)
    try compile("floor/main.c", to: floor)
    try compile("floor/websocket.c", to: webSocketFloor)
    try compile("device/main.c", to: device)
  }

  /// As many terminals as the server's descriptors allow: two for each, and one more while its
  /// program starts.
  static var mostTerminals: Int {
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    return min(100_000, (Int(clamping: limit.rlim_max) - 600) / 2)
  }

  private func compile(_ source: String, to program: String) throws {
    var root = folder
    while !root.isEmpty, access("\(root)/bench/\(source)", R_OK) != 0 {
      root = String(root[..<(root.lastIndex(of: "/") ?? root.startIndex)])
    }
    guard !root.isEmpty else { throw BenchFailure("bench/\(source) is not found") }
    guard let compiler = Self.find("cc") else { throw BenchFailure("no C compiler (cc) on PATH") }
    let process = try RunningProgram.spawn(
      compiler, ["-O2", "-o", program, "\(root)/bench/\(source)", "-lutil"], output: 2)
    var status: CInt = 0
    waitpid(process, &status, 0)
    guard status == 0 else { throw BenchFailure("bench/\(source) could not be compiled") }
  }

  /// The server, with limits that leave the machine's as the only ones; or the one that runs
  /// already.
  func startServer(_ options: Options) throws -> RunningProgram {
    if let port = options.serverPort { return RunningProgram(runningAt: port) }
    return try startServer("ptys", telnet: "ports: [23]", client: child, Self.mostTerminals)
  }

  /// Another build of the server, where the command line names one. Of its configuration nothing is
  /// used that is newer than the first release.
  func startBaseline(_ options: Options) throws -> RunningProgram? {
    guard let program = options.baseline else { return nil }
    return try startServer(
      "baseline", target: Self.target(name: "bench", telnet: "ports: [23]"), client: child,
      Self.mostTerminals, terminal: "", program: program)
  }

  /// A server with so many targets, of which each leads to the child, and what may tell it other
  /// titles for them.
  func startServer(targets: Int) throws -> (
    program: RunningProgram, rename: (String) throws -> Void
  ) {
    func list(_ title: String) -> String {
      (0..<targets).map {
        Self.target(name: "bench\($0)", telnet: "ports: [23]", more: "title: \"\(title) \($0)\", ")
      }.joined(separator: ", ")
    }
    let program = try startServer(
      "targets", target: list("Target"), client: child, 2000, terminal: "")
    return (
      program,
      { title in
        try write("targets", target: list(title), client: child, 2000, terminal: "")
        kill(program.process, SIGHUP)
      }
    )
  }

  /// A server whose targets stand in files of their own.
  func startInventoryServer() throws -> RunningProgram {
    try startServer(
      "inventory", target: "", client: child, 2000,
      terminal: "directory: [\"\(workFolder)/*.json5\"],")
  }

  /// Writes a file of targets, as a generator does it: beside, and moved.
  func writeInventory(_ name: String, _ targets: [UInt8]) throws {
    try writeFile("\(workFolder)/\(name).new", targets)
    rename("\(workFolder)/\(name).new", "\(workFolder)/\(name).json5")
  }

  /// Removes the files of targets.
  func removeInventories() {
    for name in Self.inventories { unlink("\(workFolder)/\(name).json5") }
  }

  /// A server that catches up with what is skipped when somebody presses ^C, as one does that
  /// nobody configures.
  func startUsualServer() throws -> RunningProgram {
    try startServer(
      "usual", target: Self.target(name: "bench", telnet: "ports: [23]"), client: child,
      2000, terminal: "")
  }

  /// The control socket of the server with many targets.
  var controlSocket: String { "\(workFolder)/targets/control.sock" }

  private static func target(name: String, telnet: String, more: String = "") -> String {
    "{ name: \"\(name)\", \(more)host: \"127.0.0.1\", telnet: { \(telnet) } }"
  }

  /// A server that leads to the device at that port; by a program where one is given, else by
  /// itself.
  func startServer(device port: UInt16, program: String? = nil) throws -> RunningProgram {
    // A server whose lines are all its own needs a descriptor more for each.
    try startServer(
      program == nil ? "lines" : "program", telnet: "ports: [\(port)], mode: \"raw\"",
      client: program ?? "built-in", Self.mostTerminals / 2)
  }

  /// An ssh host whose ports lead to what the child can do.
  func startHost(_ kinds: [String]) throws -> SSHHost {
    try SSHHost("\(workFolder)/host", child: child, kinds: kinds)
  }

  /// A server that leads to that host, as one is started that nobody configures further.
  func startServer(host: SSHHost) throws -> RunningProgram {
    try startServer("ssh", target: host.target, client: "built-in", 2000, terminal: "")
  }

  private func startServer(
    _ name: String, telnet: String, client: String, _ terminals: Int
  ) throws -> RunningProgram {
    try startServer(
      name, target: Self.target(name: "bench", telnet: telnet), client: client, terminals)
  }

  private func startServer(
    _ name: String, target: String, client: String, _ terminals: Int,
    terminal: String = "terminal: { catchUp: false },", program: String? = nil
  ) throws -> RunningProgram {
    let file = try write(name, target: target, client: client, terminals, terminal: terminal)
    return try RunningProgram(program ?? "\(self.folder)/webtermd", ["--config", file])
  }

  /// Writes a server's configuration; returns its path.
  ///
  /// As a rule every byte is counted, also those behind an interrupt: what the window alone does is
  /// measured.
  @discardableResult
  private func write(
    _ name: String, target: String, client: String, _ terminals: Int, terminal: String
  ) throws -> String {
    let folder = "\(workFolder)/\(name)"
    mkdir(folder, 0o700)
    let file = "\(folder)/webtermd.json5"
    let text = """
      {
        listen: ["127.0.0.1:0"],
        targets: [\(target)],
        clients: { telnet: "\(client)" },
        limits: {
          terminals: \(terminals), perVisitor: 1000000, perAddress: 1000000, openPerMinute: 1000000,
        },
        \(terminal)
        state: "\(folder)",
        log: { level: "warning" },
      }
      """
    try writeFile(file, Array(text.utf8))
    return file
  }

  /// The device of the telnet benchmarks.
  func startDevice() throws -> RunningProgram { try RunningProgram(device, []) }

  /// The relay between WebSockets and the device at that port.
  func startFloor(device port: UInt16) throws -> RunningProgram {
    try RunningProgram(webSocketFloor, ["\(port)"])
  }

  /// The floor, whose connections each get the child that does `what`; where `ping` is given, each
  /// is pinged, too, once in so many seconds.
  func startFloor(_ what: String, ping: Int? = nil) throws -> RunningProgram {
    try RunningProgram(floor, [child, what] + (ping.map { ["\($0)"] } ?? []))
  }

  /// ttyd in front of that host, where it is on PATH.
  func startPeer(_ host: SSHHost, _ kind: String) throws -> RunningProgram? {
    guard let ttyd = Self.find("ttyd"), let ssh = Self.find("ssh") else { return nil }
    let port = try Self.freePort()
    let words = ["--interface", "127.0.0.1", "--port", "\(port)", "--writable", ssh]
    return try RunningProgram(ttyd, words + host.command(for: kind), port: port)
  }

  /// The peers of the command line, and ttyd where it is on PATH.
  func startPeers(_ options: Options) throws -> [(name: String, program: RunningProgram)] {
    var peers = options.peers.map { ($0.name, RunningProgram(runningAt: $0.port)) }
    if options.peers.isEmpty, let ttyd = Self.find("ttyd") {
      let port = try Self.freePort()
      let arguments = [
        "--interface", "127.0.0.1", "--port", "\(port)", "--writable", "--url-arg", child,
      ]
      peers.append(("ttyd", try RunningProgram(ttyd, arguments, port: port)))
    }
    return peers
  }

  /// The path of a program on PATH; nil where there is none.
  static func find(_ program: String) -> String? {
    guard let path = getenv("PATH").map({ String(cString: $0) }) else { return nil }
    return path.split(separator: ":").map { "\($0)/\(program)" }.first { access($0, X_OK) == 0 }
  }

  static func freePort() throws -> UInt16 {
    let socket = try ListeningSocket(SocketAddress(.internet(.ipv4(0x7f00_0001), port: 0)))
    guard case .internet(_, let port) = socket.address.family else { return 0 }
    return port
  }

  /// Removes what was made.
  func clean() {
    removeInventories()
    for program in [child, floor, webSocketFloor, device] { unlink(program) }
    for server in Self.servers {
      unlink("\(workFolder)/\(server)/webtermd.json5")
      unlink("\(workFolder)/\(server)/control.sock")
      rmdir("\(workFolder)/\(server)")
    }
    rmdir(workFolder)
  }
}

// `webtermd scan-keys`: fetches the hosts' keys, shows their fingerprints, and writes known_hosts
// files.

import EventLoop
import Glibc
import WebTerm

/// The administrator's way to known_hosts files: everything is shown before anything is written.
struct ScanKeys {
  /// Hosts that are asked at the same time.
  private static let atOnce = 16
  /// How long a host may take to answer, in seconds.
  private static let timeout = 5

  private struct Found {
    let endpoint: SSHEndpoint
    let key: String
  }

  let configuration: Configuration
  /// Targets by name; none are all.
  let targets: [String]
  /// The file to be written; nil is each target's own.
  let file: String?
  /// Whether no question is asked.
  let isConfirmed: Bool

  func run() -> ExitCode {
    guard let program = configuration.keyScanProgram else {
      return fail("ssh-keyscan is not on PATH", .unavailable)
    }
    say("Targets of \(configuration.source):")
    let known = Set(configuration.sshEndpoints.map(\.target))
    if let stranger = targets.first(where: { !known.contains($0) }) {
      return fail("\(stranger) is no target that is reached by ssh", .usage)
    }
    let endpoints = configuration.sshEndpoints.filter {
      targets.isEmpty || targets.contains($0.target)
    }
    var files: [String: [SSHEndpoint]] = [:]
    for endpoint in endpoints {
      guard let path = file ?? endpoint.file else {
        return fail(
          "target \(endpoint.target) names no known_hosts file: use --output FILE", .usage)
      }
      files[path, default: []].append(endpoint)
    }
    do {
      for (path, endpoints) in files.sorted(by: { $0.key < $1.key }) {
        let code = try update(path, with: scan(endpoints, program))
        guard code == .ok else { return code }
      }
      return .ok
    } catch {
      return fail("\(error)", .cannotCreate)
    }
  }

  // MARK: The scan

  private func scan(_ endpoints: [SSHEndpoint], _ program: String) throws(SystemError) -> [Found] {
    var found: [Found] = []
    for start in stride(from: 0, to: endpoints.count, by: Self.atOnce) {
      let group = endpoints[start..<min(start + Self.atOnce, endpoints.count)]
      found += try scan(group[...], program)
    }
    return found
  }

  /// Starts one scan after another and reads them on the way back: a noncopyable value fits no
  /// array.
  private func scan(
    _ endpoints: ArraySlice<SSHEndpoint>, _ program: String
  ) throws(SystemError) -> [Found] {
    guard let endpoint = endpoints.first else { return [] }
    let command = try Command([
      program, "-T", "\(Self.timeout)", "-p", "\(endpoint.port)", "--", endpoint.host,
    ])
    let rest = try scan(endpoints.dropFirst(), program)
    let keys = KnownHosts.keys(in: command.wait())
    if keys.isEmpty { say("\(endpoint.target)  \(endpoint.alias)  no answer") }
    return keys.map { Found(endpoint: endpoint, key: $0) } + rest
  }

  // MARK: The file

  private func update(_ path: String, with found: [Found]) throws(SystemError) -> ExitCode {
    guard !found.isEmpty else {
      return fail("no host showed a key: \(path) stays as it is", .unavailable)
    }
    let old = access(path, F_OK) == 0 ? try readFile(path) : []
    var hosts = KnownHosts(old)
    let fingerprints = try fingerprints(of: found)
    for (each, fingerprint) in zip(found, fingerprints) {
      let standing = hosts.standing(of: each.key, at: each.endpoint.alias)
      let mark = standing == .changed ? "CHANGED" : standing.rawValue
      say("\(each.endpoint.target)  \(each.endpoint.alias)  \(fingerprint)  \(mark)")
    }
    for each in found { hosts.accept(each.key, at: each.endpoint.alias) }
    guard hosts.content != old else {
      say("\(path) has all of these keys.")
      return .ok
    }
    guard isConfirmed || confirm("Write these keys to \(path)?") else {
      say("Nothing was written.")
      return .ok
    }
    try writeFile(path, hosts.content, mode: 0o644)
    say("\(path) was written.")
    return .ok
  }

  /// `256 SHA256:… (ED25519)` for each key, as ssh-keygen writes it.
  private func fingerprints(of found: [Found]) throws(SystemError) -> [String] {
    var template = Array("/tmp/webtermd-keys.XXXXXX".utf8CString)
    let number = mkstemp(&template)
    guard number >= 0 else { throw SystemError("mkstemp") }
    let draft = Descriptor(owning: number)
    let path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    defer { unlink(path) }
    // Into that very file: by its name others could be in the way.
    let lines = Array(found.map { "\($0.endpoint.alias) \($0.key)\n" }.joined().utf8)
    var rest = lines.span.bytes
    while rest.byteCount > 0 {
      rest = rest.extracting(droppingFirst: try draft.write(rest))
    }
    let printed = try Command(["/usr/bin/ssh-keygen", "-l", "-f", path]).wait()
    return String(decoding: printed, as: UTF8.self).split(separator: "\n").map { line in
      let parts = line.split(separator: " ")
      return parts.count == 4 ? "\(parts[0]) \(parts[1]) \(parts[3])" : String(line)
    }
  }

  // MARK: Words

  private func confirm(_ question: String) -> Bool {
    Output.write("\(question) [y/N] ")
    return ["y", "yes"].contains(readLine()?.lowercased() ?? "")
  }

  private func say(_ line: String) {
    Output.write("\(line)\n")
  }

  private func fail(_ message: String, _ code: ExitCode) -> ExitCode {
    Output.complain(message)
    return code
  }
}

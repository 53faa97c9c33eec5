// From a request's path to what it means. Nothing is answered here.

/// What a path stands for.
enum Route: Equatable {
  case directory
  /// What can be reached, as data.
  case devices
  case workspace
  case terminal(Destination)
  /// A file of the page, by its path below `static/`.
  case file(String)
  case health
  case metrics
  /// Nothing that exists, or not well-formed.
  case problem(ResponseHead.Status, String)

  /// Whether the answer depends on who may log in and who belongs together. What does not exist may be a removed
  /// target's, with terminals.
  var needsAccounts: Bool {
    switch self {
    case .directory, .devices, .workspace, .terminal, .problem: true
    case .file, .health, .metrics: false
    }
  }

  /// Whether only those may see it who have logged in, where that is asked for.
  var needsLogin: Bool {
    switch self {
    case .directory, .devices, .workspace, .terminal: true
    case .file, .health, .metrics, .problem: false
    }
  }
}

/// Maps paths to routes.
struct Router {
  let basePath: String
  let targets: TargetTable

  /// The route of a request's path.
  ///
  /// - Parameters:
  ///   - path: With its percent-encoding intact.
  ///   - former: Looks for a target that is configured no more.
  /// - Returns: What it stands for.
  func route(_ path: Substring, former: (String) -> Target? = { _ in nil }) -> Route {
    guard path.hasPrefix(basePath) else {
      return .problem(.notFound, "There is nothing at this address.")
    }
    let rest = path.dropFirst(basePath.count)
    var segments: [[UInt8]] = []
    for part in rest.split(separator: "/", omittingEmptySubsequences: false) {
      guard let segment = PercentDecoding.decode(part) else {
        return .problem(.badRequest, "The address has a percent sign that encodes nothing.")
      }
      segments.append(segment)
    }
    let words = segments.map { String(decoding: $0, as: UTF8.self) }
    switch (words.first, words.count) {
    case (nil, _), ("", 1): return .directory
    case ("w", 1): return .workspace
    case ("devices", 1): return .devices
    case ("healthz", 1): return .health
    case ("metrics", 1): return .metrics
    case ("static", 2...): return .file(words.dropFirst().joined(separator: "/"))
    case ("remote", 4):
      return terminal(targets.all.first, words[1], segments[2], words[3])
    case ("remote", 5):
      guard let target = targets[words[1]] ?? former(words[1]) else {
        return .problem(.notFound, "There is no target of this name.")
      }
      return terminal(target, words[2], segments[3], words[4])
    default:
      return .problem(.notFound, "There is nothing at this address.")
    }
  }

  private func terminal(
    _ target: Target?, _ method: String, _ user: [UInt8], _ port: String
  ) -> Route {
    guard let target, let method = Method(rawValue: method) else {
      return .problem(.notFound, "Hosts are reached by ssh or telnet only.")
    }
    guard let user = Username(user) else {
      return .problem(
        .badRequest,
        "A user name has 1 to 64 letters, digits and _ . @ + -, begins with a letter, a digit or _, "
          + "and may have a backslash inside."
      )
    }
    guard let port = UInt16(address: port) else {
      return .problem(.badRequest, "A port is a number from 1 to 65535, without leading zeros.")
    }
    return .terminal(Destination(target: target, method: method, user: user, port: port))
  }
}

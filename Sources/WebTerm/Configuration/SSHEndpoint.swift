// The hosts that are reached by ssh, for commands that look at their keys.

/// An ssh host of the configuration, as ssh itself names it.
package struct SSHEndpoint: Equatable {
  /// The target's name.
  package let target: String
  package let host: String
  package let port: UInt16
  /// The known_hosts file that the target names; nil where it names none.
  package let file: String?

  /// As it stands in known_hosts (sshd(8)).
  package var alias: String { KnownHosts.alias(of: host, port: port) }
}

extension Configuration {
  /// Every port of every target that is reached by ssh.
  package var sshEndpoints: [SSHEndpoint] {
    targets.flatMap { target -> [SSHEndpoint] in
      guard let rules = target.rules[.ssh] else { return [] }
      let file: String? = if case .file(let path) = rules.hostKeys { path } else { nil }
      return rules.ports.ranges.joined().map { port in
        SSHEndpoint(target: target.name, host: target.host, port: port, file: file)
      }
    }
  }

  /// ssh-keyscan, where it was found.
  package var keyScanProgram: String? { clients.keyScan }
}

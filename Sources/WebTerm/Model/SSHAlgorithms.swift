// Which algorithms ssh may use with hosts that are too old for its own choice.

/// What `ssh.algorithms` of a target says.
struct SSHAlgorithms: Equatable, Sendable {
  /// The four kinds, as a configuration calls them.
  enum Kind: String, CaseIterable, Sendable {
    case kex
    case hostKeys
    case ciphers
    case macs

    /// ssh's option (ssh_config(5)).
    var option: String {
      switch self {
      case .kex: "KexAlgorithms"
      case .hostKeys: "HostKeyAlgorithms"
      case .ciphers: "Ciphers"
      case .macs: "MACs"
      }
    }
  }

  /// What old switches and routers offer, and ssh does not any more unless it is told to.
  static let legacy = SSHAlgorithms(
    isAddition: true,
    names: [
      .kex: [
        "diffie-hellman-group14-sha1", "diffie-hellman-group-exchange-sha1",
        "diffie-hellman-group1-sha1",
      ],
      .hostKeys: ["ssh-rsa", "ssh-dss"],
      .ciphers: ["aes256-cbc", "aes192-cbc", "aes128-cbc", "3des-cbc"],
      .macs: ["hmac-sha1", "hmac-sha1-96", "hmac-md5", "hmac-md5-96"],
    ])

  /// Whether they come after ssh's own choice, or are the only ones.
  var isAddition: Bool
  var names: [Kind: [String]]

  /// ssh's options.
  var options: [String] {
    let sign = isAddition ? "+" : ""
    let options = Kind.allCases.compactMap { kind -> String? in
      guard let names = names[kind], !names.isEmpty else { return nil }
      return "\(kind.option)=\(sign)\(names.joined(separator: ","))"
    }
    // An old host takes a key's old signature only.
    guard names[.hostKeys]?.contains("ssh-rsa") == true else { return options }
    return options + ["PubkeyAcceptedAlgorithms=+ssh-rsa"]
  }
}

extension SSHAlgorithms {
  /// Reads `algorithms`; nil where that is absent, or wrong.
  init?(_ section: inout Section) {
    guard let value = section.take("algorithms") else { return nil }
    switch value {
    case .string("legacy"):
      self = .legacy
    case .object:
      self.init(isAddition: false, names: [:])
      Section.read(value, at: section.path(to: "algorithms"), section.problems) { section in
        for kind in Kind.allCases {
          names[kind] = section.strings(kind.rawValue)?.map(\.text)
        }
      }
    default:
      section.report(
        "algorithms", "\"legacy\" or an object of kex, hostKeys, ciphers and macs", value)
      return nil
    }
  }
}

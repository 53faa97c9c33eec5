// What the installed ssh can do, asked of it by `ssh -Q`.

import EventLoop

/// The algorithms that an ssh has.
struct SSHCapabilities {
  private let names: [SSHAlgorithms.Kind: Set<String>]

  /// Asks, and waits for the answers.
  ///
  /// - Parameter program: ssh, by absolute path.
  /// - Throws: What the system says where it cannot be started.
  init(of program: String) throws(SystemError) {
    var names: [SSHAlgorithms.Kind: Set<String>] = [:]
    for kind in SSHAlgorithms.Kind.allCases {
      let query =
        switch kind {
        case .kex: "kex"
        case .hostKeys: "key-sig"
        case .ciphers: "cipher"
        case .macs: "mac"
        }
      let answer = try Command([program, "-Q", query]).wait()
      names[kind] = Set(
        String(decoding: answer, as: UTF8.self).split(whereSeparator: \.isNewline).map(String.init))
    }
    self.names = names
  }

  func has(_ name: String, _ kind: SSHAlgorithms.Kind) -> Bool {
    names[kind]?.contains(name) == true
  }
}

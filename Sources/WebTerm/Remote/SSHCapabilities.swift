// What the installed ssh can do, asked of it by `ssh -Q`.

import EventLoop

/// The algorithms that an ssh has.
struct SSHCapabilities {
  private let program: String
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
    self.program = program
    self.names = names
  }

  private func has(_ name: String, _ kind: SSHAlgorithms.Kind) -> Bool {
    names[kind]?.contains(name) == true
  }

  /// Of what is added for old hosts only that stays which this ssh has; of what is named all must
  /// be there.
  ///
  /// - Parameters:
  ///   - rules: A target's.
  ///   - path: Where its rules for ssh are written.
  ///   - problems: Told of names that this ssh does not have.
  func complete(_ rules: inout [Method: Target.Rules], of path: String, _ problems: ProblemList) {
    guard var algorithms = rules[.ssh]?.algorithms else { return }
    for (kind, names) in algorithms.names {
      if algorithms.isAddition {
        algorithms.names[kind] = names.filter { has($0, kind) }
        continue
      }
      for (index, each) in names.enumerated() where !has(each, kind) {
        problems.report(
          "\(path).algorithms.\(kind.rawValue)[\(index)]", "an algorithm that \(program) has",
          .string(each))
      }
    }
    rules[.ssh]?.algorithms = algorithms
  }
}

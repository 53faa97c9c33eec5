// Who is asked who it is, as an administrator sets it. Authenticator asks.

/// How visitors prove who they are (`auth`).
struct LoginSettings: Equatable, Sendable {
  enum Mode: Equatable, Sendable {
    case none
    case htpasswd(file: String)
    /// A trusted proxy says who it is and, where a second field is named, to which groups that one
    /// belongs.
    case header(name: String, groups: String? = nil)
  }

  var mode = Mode.none
  /// The file that says which visitors belong together.
  var groups: String?

  /// Whether anything says which visitors belong together.
  var hasGroups: Bool {
    if case .header(_, _?) = mode { true } else { groups != nil }
  }
}

extension LoginSettings {
  private enum Word: String, CaseIterable {
    case none
    case htpasswd
    case header
  }

  /// Reads `auth`.
  init(_ root: inout Section) {
    self.init()
    root.section("auth") { section in
      let word: Word? = section.choice("mode")
      if word != nil, word != Word.none { groups = section.path("groups") }
      switch word {
      case .htpasswd:
        let file = section.path("file")
        if file == nil { section.report("file", "the path of a password file", .null) }
        mode = .htpasswd(file: file ?? "")
      case .header:
        let expected = "the name of a header field"
        let isField = { (text: String) in
          !text.isEmpty && text.utf8.allSatisfy { ($0 | 0x20).isNameByte }
        }
        let name = section.required("name", expected, isField)
        let groups = section.string("groupsHeader", expected) { isField($0) ? $0 : nil }
        mode = .header(name: name?.asciiLowercased ?? "", groups: groups?.asciiLowercased)
      case Word.none?, nil:
        break
      }
    }
  }
}

// What trusted proxies say of those whom they let in.

import EventLoop

/// The last word of a proxy about each login. It counts until the next one about the same login,
/// for as long as that proxy is trusted and asked.
struct Vouchers {
  private struct Word {
    let peer: SocketAddress
    let groups: Set<AccountName>
  }

  /// The fields that are asked for.
  private var fields: (name: String, groups: String?)?
  private var words: [AccountName: Word] = [:]

  /// Whether a login was vouched for by a proxy whose word counts.
  func includes(_ name: AccountName) -> Bool { words[name] != nil }

  /// Whether a login belongs to a group.
  func says(_ name: AccountName, isIn group: AccountName) -> Bool {
    words[name]?.groups.contains(group) == true
  }

  /// The groups that a login belongs to.
  func groups(of name: AccountName) -> Set<AccountName> { words[name]?.groups ?? [] }

  /// A proxy has spoken.
  mutating func hear(_ name: AccountName, groups: Set<AccountName>, from peer: SocketAddress) {
    words[name] = Word(peer: peer, groups: groups)
  }

  /// Another configuration: what was said in answer to another question, or by a proxy that is
  /// not believed any more, is forgotten.
  mutating func reload(_ mode: LoginSettings.Mode, _ proxies: TrustedProxies) {
    guard case .header(let name, let groups) = mode else {
      (fields, words) = (nil, [:])
      return
    }
    if let fields, fields.name != name { words = [:] }
    let keepsGroups = fields.map { $0.groups == groups } ?? true
    fields = (name, groups)
    words = words.filter { proxies.trusts($1.peer) }
    if !keepsGroups { words = words.mapValues { Word(peer: $0.peer, groups: []) } }
  }
}

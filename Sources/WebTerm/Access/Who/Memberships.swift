// Who belongs to which group, from both who say so.

/// The groups of logins as they are now: by the file of groups, and by trusted proxies.
final class Memberships {
  /// The file of groups; nil where none is configured.
  var file: GroupFile?
  /// What trusted proxies say of those whom they let in.
  var vouchers = Vouchers()

  /// Whether a login belongs to a group.
  func includes(_ name: AccountName, in group: AccountName) -> Bool {
    file?.members[group]?.contains(name) == true || vouchers.says(name, isIn: group)
  }

  /// The groups that a login belongs to.
  func groups(of name: AccountName) -> Set<AccountName> {
    let written = file?.members.filter { $0.value.contains(name) }.map(\.key) ?? []
    return vouchers.groups(of: name).union(written)
  }
}

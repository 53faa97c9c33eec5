// As whom a visitor has come in. How that is found out is Authenticator's.

/// Somebody who has logged in.
struct Login: Equatable {
  /// What it was proved by.
  enum Proof: Equatable {
    /// The password's hash that was in the file then; another one there ends this login.
    case password(PasswordHash)
    /// A trusted proxy's word, in the field of that name.
    case proxy(field: String)
  }

  let name: AccountName
  let proof: Proof
}

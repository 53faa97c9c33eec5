// As whom a visitor has come in. How that is found out is Authenticator's.

/// Somebody who has logged in.
struct Login: Equatable {
  let name: String
  /// The password's hash that was in the file then; another one there ends this login. Empty where a
  /// proxy vouches.
  let proof: String
}

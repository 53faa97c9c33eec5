// What a failed system call leaves behind: its name and the system's reason.

import Glibc

/// A failed system call, by its name and the error number that it left.
public struct SystemError: Error, Equatable, CustomStringConvertible {
  /// The call's name as its man page spells it, with what it was called for where that helps.
  public let call: String
  /// The error number (errno(3)).
  public let code: CInt
  /// What is said in place of the system's message, where that would not help.
  private let message: String?

  /// Takes the error number that is current: create it directly behind the call.
  public init(_ call: StaticString, code: CInt = errno) {
    self.call = call.description
    self.code = code
    message = nil
  }

  /// Names also what the call was made for, such as a path or an address.
  public init(_ call: StaticString, _ subject: String, code: CInt, message: String? = nil) {
    self.call = "\(call) \(subject)"
    self.code = code
    self.message = message
  }

  public var description: String { "\(call): \(reason)" }

  /// The message alone, such as "Connection refused".
  public var reason: String { message ?? String(cString: strerror(code)) }
}

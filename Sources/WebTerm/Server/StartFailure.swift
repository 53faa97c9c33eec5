// Why a server does not start.

import EventLoop

/// Why a server cannot start.
package enum StartFailure: Error {
  case listen(SystemError)
  /// A passed socket is open to everybody, and there is no login.
  case exposed(SocketAddress)
  /// The page's files are not there, or not all of them.
  case files(String)
}

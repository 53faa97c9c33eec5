// Names of hosts as addresses.

import Glibc

/// Looks a host up (getaddrinfo(3)), which may take seconds: never on the loop's thread.
///
/// - Parameter host: A name or an address.
/// - Returns: Its addresses without a port in the system's order (RFC 6724), each once; none where
///   there is no such host.
@Sendable public func lookUp(_ host: String) -> [SocketAddress] {
  var hints = addrinfo()
  hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
  var list: UnsafeMutablePointer<addrinfo>?
  guard getaddrinfo(host, nil, &hints, &list) == 0 else { return [] }
  defer { freeaddrinfo(list) }
  var addresses: [SocketAddress] = []
  var entry = list
  while let here = entry {
    entry = here.pointee.ai_next
    guard let raw = here.pointee.ai_addr else { continue }
    var storage = sockaddr_storage()
    let size = min(Int(here.pointee.ai_addrlen), MemoryLayout<sockaddr_storage>.size)
    // Both are at least that long.
    withUnsafeMutableBytes(of: &storage) {
      $0.copyMemory(from: UnsafeRawBufferPointer(start: raw, count: size))
    }
    guard let address = SocketAddress(storage) else { continue }
    if !addresses.contains(address) { addresses.append(address) }
  }
  return addresses
}

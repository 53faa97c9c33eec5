// Which open connection is whose, so that one address cannot take them all.

/// The open connections, counted by the address that they serve.
///
/// Behind a proxy that is known by the requests only: a connection counts for the address of its latest.
final class ConnectionCensus {
  private var addresses: [ObjectIdentifier: AddressKey] = [:]
  private var counts: [AddressKey: Int] = [:]

  /// How many connections `address` has.
  func count(of address: AddressKey) -> Int { counts[address] ?? 0 }

  /// Counts a connection for `address` from now on.
  ///
  /// - Parameters:
  ///   - connection: Which one.
  ///   - address: Whose; who comes through a unix socket without an address is not counted.
  ///   - most: How many that address may have.
  /// - Returns: False where it has as many already; then nothing has changed.
  func admit(_ connection: ObjectIdentifier, for address: AddressKey, atMost most: Int) -> Bool {
    if address == .local || addresses[connection] == address { return true }
    guard count(of: address) < most else { return false }
    forget(connection)
    addresses[connection] = address
    counts[address, default: 0] += 1
    return true
  }

  /// The connection is gone.
  func forget(_ connection: ObjectIdentifier) {
    guard let address = addresses.removeValue(forKey: connection) else { return }
    let left = count(of: address) - 1
    counts[address] = left > 0 ? left : nil
  }
}

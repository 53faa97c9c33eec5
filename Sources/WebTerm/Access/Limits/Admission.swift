// Who may have another terminal or another connection: the one place that keeps the limits.

import EventLoop

/// What is open now, by visitor and by address, against the limits of the configuration.
final class Admission {
  var limits: Limits
  private var addresses = AddressLimits()
  private let census = ConnectionCensus()
  /// Live terminals.
  private var terminals = 0
  private var owned: [Owner: Int] = [:]

  init(_ limits: Limits) {
    self.limits = limits
  }

  // MARK: Terminals

  /// Judges the opening of one more terminal, and takes it out of the address's minute.
  ///
  /// - Parameters:
  ///   - visitor: Whose it will be; nil for a console, which is no visitor's own.
  ///   - address: From where it is opened.
  ///   - now: The time.
  /// - Throws: ``Refusal/limit(_:)``.
  func admitTerminal(
    of visitor: Visitor?, at address: AddressKey, now: MonotonicInstant
  ) throws(Refusal) {
    guard terminals < limits.terminals else {
      throw .limit("All \(limits.terminals) terminals of this server are in use. Try again later.")
    }
    guard visitor.flatMap({ owned[$0.owner] }) ?? 0 < limits.perVisitor else {
      throw .limit("You have \(limits.perVisitor) terminals already. Close one first.")
    }
    guard addresses.terminals(of: address) < limits.perAddress else {
      throw .limit("Your address has \(limits.perAddress) terminals already. Close one first.")
    }
    let perMinute = limits.openPerMinute
    guard addresses.mayOpen(address, perMinute: perMinute, now: now) else {
      throw .limit("Your address opened \(perMinute) terminals within a minute. Wait a little.")
    }
  }

  /// A terminal is opened, of the visitor whose it is: a console is no visitor's own.
  func terminalOpened(by visitor: Visitor?, at address: AddressKey, now: MonotonicInstant) {
    terminals += 1
    if let visitor {
      visitor.terminals += 1
      owned[visitor.owner, default: 0] += 1
    }
    addresses.terminalOpened(by: address, now: now)
  }

  /// A terminal is over, of the visitor whose it was.
  func terminalIsOver(of visitor: Visitor?, at address: AddressKey) {
    terminals -= 1
    if let visitor {
      visitor.terminals -= 1
      let left = (owned[visitor.owner] ?? 1) - 1
      owned[visitor.owner] = left > 0 ? left : nil
    }
    addresses.terminalClosed(by: address)
  }

  // MARK: Connections

  /// Counts a connection for an address from now on; false where that one has too many.
  func admits(_ connection: ObjectIdentifier, for address: AddressKey) -> Bool {
    census.admit(connection, for: address, atMost: limits.connectionsPerAddress)
  }

  func connectionClosed(_ connection: ObjectIdentifier) {
    census.forget(connection)
  }
}

/// The open connections, counted by the address that they serve.
///
/// Behind a proxy that is known by the requests only: a connection counts for the address of its
/// latest.
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

// Who waits for which descriptor. It knows epoll's word for each of them and makes no system call.

/// A descriptor's entry in a reactor. The descriptor's owner keeps it, and gives both up together.
public struct Registration: Equatable {
  fileprivate let slot: Int
  // Which of the slot's owners it is.
  fileprivate let generation: UInt32
}

/// The owners of a reactor's descriptors, by slot.
struct RegistrationTable {
  private struct Slot {
    var handler: (any ReadinessHandler)?
    // Counts the owners this slot has had. Events carry it, so that one which was queued for a
    // descriptor that is closed by now never reaches the slot's next owner.
    var generation: UInt32
    var interest: Readiness
  }

  private var slots: [Slot] = []
  private var free: [Int] = []

  /// How many are taken.
  var count: Int { slots.count - free.count }

  /// Takes a slot.
  mutating func insert(
    _ handler: any ReadinessHandler, for interest: Readiness
  ) -> Registration {
    let slot = free.popLast() ?? slots.count
    if slot == slots.count { slots.append(Slot(handler: nil, generation: 0, interest: [])) }
    slots[slot].handler = handler
    slots[slot].interest = interest
    return Registration(slot: slot, generation: slots[slot].generation)
  }

  /// Notes another interest.
  ///
  /// - Returns: Whether it is another one, and the slot still this owner's.
  mutating func change(_ registration: Registration, to interest: Readiness) -> Bool {
    let slot = registration.slot
    guard slots[slot].generation == registration.generation, slots[slot].interest != interest
    else { return false }
    slots[slot].interest = interest
    return true
  }

  /// Gives a slot back.
  ///
  /// - Returns: Whose it was; nil where it was given back before. The caller lets go of the handler
  ///   when the table is not in use any more: what then ends may register something else.
  mutating func remove(_ registration: Registration) -> (any ReadinessHandler)? {
    let slot = registration.slot
    guard slots[slot].generation == registration.generation else { return nil }
    slots[slot].generation &+= 1
    free.append(slot)
    return slots[slot].handler.take()
  }

  /// Who is to hear of an event that carries `word`, and what it wants to hear now; nil where that
  /// owner is gone.
  func owner(of word: UInt64) -> (handler: any ReadinessHandler, interest: Readiness)? {
    let registration = Registration(word: word)
    guard slots[registration.slot].generation == registration.generation,
      let handler = slots[registration.slot].handler
    else { return nil }
    return (handler, slots[registration.slot].interest)
  }
}

extension Registration {
  /// What the kernel carries for us: generation above, slot below.
  var word: UInt64 { UInt64(generation) << 32 | UInt64(slot) }

  fileprivate init(word: UInt64) {
    self.init(slot: Int(word & 0xffff_ffff), generation: UInt32(word >> 32))
  }
}

// What a byte does in each state of the parser of control sequences. A table, and nothing beside.

/// The transitions of ``ControlParser``.
enum ControlTable {
  enum State: UInt8, CaseIterable {
    case ground, escape, escapeIntermediate
    case csiEntry, csiParameter, csiIntermediate, csiIgnore
    /// SOS, PM and APC: they are dropped.
    case ignoredString
    case oscString
    case dcsEntry, dcsParameter, dcsIgnore, dcsIntermediate
    /// A device control string: dropped too, since all of them ask.
    case dcsPassthrough
  }

  enum Action: UInt8 {
    case ignore, print, execute, clear, collect, parameter, escape, control
    case beginString, putString, endString, endDeviceString
  }

  static let (can, sub, esc, beyond): (UInt8, UInt8, UInt8, UInt8) = (
    0x18, 0x1a, 0x1b, 0xa0
  )
  /// Code points that are told apart; all from 0xa0 on are one.
  static let width = 0xa1

  /// Whether a transition ends a string.
  static func ends(_ transition: UInt8) -> Bool {
    transition >> 4 == Action.endString.rawValue
      || transition >> 4 == Action.endDeviceString.rawValue
  }

  /// An action and a state, by state and code point.
  static let shared: [UInt8] = makeTable()

  private static func makeTable() -> [UInt8] {
    var table = [UInt8](repeating: 0, count: State.allCases.count * width)
    func set(_ codes: [ClosedRange<UInt8>], _ state: State, _ action: Action, _ next: State) {
      for code in codes.joined() {
        table[Int(state.rawValue) * width + Int(code)] = action.rawValue << 4 | next.rawValue
      }
    }
    let controls: [ClosedRange<UInt8>] = [0...0x17, 0x19...0x19, 0x1c...0x1f]
    let printable: ClosedRange<UInt8> = 0x20...0x7e
    let finals: ClosedRange<UInt8> = 0x40...0x7e
    for state in State.allCases {
      set([can...can, sub...sub, 0x80...0x97, 0x99...0x9a], state, .execute, .ground)
      set([0x9c...0x9c], state, .ignore, .ground)
      set([esc...esc], state, .clear, .escape)
      set([0x9d...0x9d], state, .beginString, .oscString)
      set([0x98...0x98, 0x9e...0x9f], state, .ignore, .ignoredString)
      set([0x9b...0x9b], state, .clear, .csiEntry)
      set([0x90...0x90], state, .clear, .dcsEntry)
    }
    set([printable, beyond...beyond], .ground, .print, .ground)
    let executing: [State] = [
      .ground, .escape, .escapeIntermediate, .csiEntry, .csiParameter, .csiIntermediate, .csiIgnore,
    ]
    for state in executing { set(controls, state, .execute, state) }
    for state in executing.dropFirst() { set([0x7f...0x7f], state, .ignore, state) }

    set([0x30...0x7e], .escape, .escape, .ground)
    set([0x20...0x2f], .escape, .collect, .escapeIntermediate)
    set([0x5b...0x5b], .escape, .clear, .csiEntry)
    set([0x5d...0x5d], .escape, .beginString, .oscString)
    set([0x50...0x50], .escape, .clear, .dcsEntry)
    set([0x58...0x58, 0x5e...0x5f], .escape, .ignore, .ignoredString)
    set([0x20...0x2f], .escapeIntermediate, .collect, .escapeIntermediate)
    set([0x30...0x7e], .escapeIntermediate, .escape, .ground)

    for state in [State.csiEntry, .csiParameter] {
      set([0x30...0x3b], state, .parameter, .csiParameter)
      set([0x20...0x2f], state, .collect, .csiIntermediate)
      set([finals], state, .control, .ground)
    }
    set([0x3c...0x3f], .csiEntry, .collect, .csiParameter)
    set([0x3c...0x3f], .csiParameter, .ignore, .csiIgnore)
    set([0x20...0x2f], .csiIntermediate, .collect, .csiIntermediate)
    set([0x30...0x3f], .csiIntermediate, .ignore, .csiIgnore)
    set([finals], .csiIntermediate, .control, .ground)
    set([0x20...0x3f, beyond...beyond], .csiIgnore, .ignore, .csiIgnore)
    set([finals], .csiIgnore, .ignore, .ground)

    set(controls + [0x20...0x7f], .ignoredString, .ignore, .ignoredString)
    set(controls, .oscString, .ignore, .oscString)
    set([0x20...0x7f, beyond...beyond], .oscString, .putString, .oscString)
    set(
      [0x07...0x07, can...can, sub...sub, esc...esc, 0x9c...0x9c], .oscString, .endString, .ground)

    for state in [State.dcsEntry, .dcsParameter, .dcsIntermediate, .dcsIgnore] {
      set(controls + [0x7f...0x7f], state, .ignore, state)
    }
    for state in [State.dcsEntry, .dcsParameter] {
      set([0x30...0x3b], state, .parameter, .dcsParameter)
      set([0x20...0x2f], state, .collect, .dcsIntermediate)
    }
    set([0x3c...0x3f], .dcsEntry, .collect, .dcsParameter)
    set([0x3c...0x3f], .dcsParameter, .ignore, .dcsIgnore)
    set([0x20...0x2f], .dcsIntermediate, .collect, .dcsIntermediate)
    set([0x30...0x3f], .dcsIntermediate, .ignore, .dcsIgnore)
    for state in [State.dcsEntry, .dcsParameter, .dcsIntermediate] {
      set([finals], state, .ignore, .dcsPassthrough)
    }
    set([0x20...0x7f, beyond...beyond], .dcsIgnore, .ignore, .dcsIgnore)
    set(controls + [0x20...0x7f, beyond...beyond], .dcsPassthrough, .ignore, .dcsPassthrough)
    set(
      [can...can, sub...sub, esc...esc, 0x9c...0x9c], .dcsPassthrough, .endDeviceString, .ground)
    return table
  }
}

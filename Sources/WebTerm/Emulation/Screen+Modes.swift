// Setting and resetting modes (SM, RM, DECSET, DECRST), and what is like it.

extension Screen {
  /// SM and RM.
  mutating func setModes(_ isOn: Bool) {
    for index in 0..<parser.parameters.count {
      switch parser.parameters[index] {
      case 4: modes.insert = isOn
      case 20: modes.newLine = isOn
      default: break
      }
    }
  }

  /// DECSET and DECRST.
  mutating func setPrivateModes(_ isOn: Bool) {
    for index in 0..<parser.parameters.count { setPrivateMode(parser.parameters[index], isOn) }
  }

  private mutating func setPrivateMode(_ mode: Int, _ isOn: Bool) {
    switch mode {
    case 1: modes.applicationCursorKeys = isOn
    case 2: if isOn { for index in 0..<4 { graphicSets.designate(index, nil) } }
    case 6:
      modes.origin = isOn
      place(0, 0)
    case 7: modes.wraparound = isOn
    case 9, 1000, 1002, 1003:
      modes.mouseProtocol = isOn ? Modes.MouseProtocol(rawValue: mode) ?? .none : .none
    case 12: modes.cursorBlink = isOn
    case 25: modes.isCursorHidden = !isOn
    case 45: modes.reverseWraparound = isOn
    case 66: modes.applicationKeypad = isOn
    case 1004: modes.sendFocus = isOn
    case 1006, 1016:
      modes.mouseEncoding = isOn ? Modes.MouseEncoding(rawValue: mode) ?? .standard : .standard
    case 47, 1047: if isOn { showAlternate() } else { showNormal() }
    case 1048: if isOn { saveCursor() } else { restoreCursor() }
    case 1049:
      if isOn {
        saveCursor()
        showAlternate()
      } else {
        showNormal()
        restoreCursor()
      }
    case 2004: modes.bracketedPaste = isOn
    default: break
    }
  }

  /// DECSCUSR.
  mutating func setCursorStyle() {
    let parameter = parser.parameters.amount(0)
    if let style = Modes.CursorStyle(rawValue: parameter - (1 - parameter % 2)) {
      modes.cursorStyle = style
    }
    modes.cursorBlink = parameter % 2 == 1
  }

  /// DECSTR.
  mutating func resetSoftly() {
    modes.isCursorHidden = false
    active.top = 0
    active.bottom = rows - 1
    rendition = .standard
    modes.setBack()
    graphicSets = GraphicSets()
    active.saved = ScreenBuffer.SavedCursor()
  }

  /// DECSCA.
  mutating func selectProtection() {
    switch parser.parameters[0] {
    case 1:
      rendition.basics.flags.insert(.protected)
      hasProtected = true
    case 0, 2: rendition.basics.flags.remove(.protected)
    default: break
    }
  }

  /// Titles that are put away and taken back (XTWINOPS 22 and 23).
  mutating func handleWindow() {
    guard parser.parameters[1] == 0 || parser.parameters[1] == 2 else { return }
    switch parser.parameters[0] {
    case 22: titles.push()
    case 23: titles.pop()
    default: break
    }
  }
}

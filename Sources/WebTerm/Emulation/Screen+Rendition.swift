// Select graphic rendition (SGR), as far as the page's emulator has it.

extension Screen {
  /// SGR.
  mutating func selectRendition() {
    var index = 0
    spend(4 * parser.parameters.count)
    while index < parser.parameters.count {
      let code = parser.parameters[index]
      switch code {
      case 38, 48, 58: index += selectColour(index)
      case 4:
        rendition.basics.flags.insert(.underline)
        underline(
          parser.parameters.subCount(index) > 0 ? Int(parser.parameters.sub(index, 0)) : 1)
      default: selectRendition(code)
      }
      index += 1
    }
  }

  private mutating func selectRendition(_ code: Int) {
    switch code {
    case 0: resetRendition()
    case 1: rendition.basics.flags.insert(.bold)
    case 2: rendition.basics.flags.insert(.dim)
    case 3: rendition.basics.flags.insert(.italic)
    case 5: rendition.basics.flags.insert(.blink)
    case 7: rendition.basics.flags.insert(.inverse)
    case 8: rendition.basics.flags.insert(.invisible)
    case 9: rendition.basics.flags.insert(.struck)
    case 21: underline(2)
    case 22: rendition.basics.flags.subtract([.bold, .dim])
    case 23: rendition.basics.flags.remove(.italic)
    case 24: underline(0)
    case 25: rendition.basics.flags.remove(.blink)
    case 27: rendition.basics.flags.remove(.inverse)
    case 28: rendition.basics.flags.remove(.invisible)
    case 29: rendition.basics.flags.remove(.struck)
    case 30...37: rendition.basics.foreground = Colour(.named, UInt32(code - 30))
    case 39: rendition.basics.foreground = .standard
    case 40...47: rendition.basics.background = Colour(.named, UInt32(code - 40))
    case 49: rendition.basics.background = .standard
    case 53: rendition.basics.flags.insert(.overline)
    case 55: rendition.basics.flags.remove(.overline)
    case 59:
      // The emulator takes it for white.
      rendition.extras.underlineColour = Colour(.direct, 0xffffff)
      rendition.extrasChanged()
    case 90...97: rendition.basics.foreground = Colour(.named, UInt32(code - 90 + 8))
    case 100...107: rendition.basics.background = Colour(.named, UInt32(code - 100 + 8))
    default: break
    }
  }

  private mutating func resetRendition() {
    rendition.basics = Rendition.Basics()
    rendition.extras.underline = 0
    rendition.extras.underlineColour = .standard
    rendition.extrasChanged()
  }

  private mutating func underline(_ style: Int) {
    let style = (0...5).contains(style) ? style : 1
    rendition.extras.underline = UInt8(style)
    if style == 0 {
      rendition.basics.flags.remove(.underline)
    } else {
      rendition.basics.flags.insert(.underline)
    }
    rendition.extrasChanged()
  }

  /// Reads a colour of one of the forms `38;5;1`, `38;2;1;2;3`, `38:5:1`, `38:2:1:2:3`,
  /// `38:2::1:2:3` and their mixtures.
  ///
  /// - Returns: How many parameters more it took.
  private mutating func selectColour(_ start: Int) -> Int {
    // What, how, colour space, three values.
    var words: InlineArray<6, Int> = [0, 0, -1, 0, 0, 0]
    var (space, advance) = (0, 0)
    repeat {
      words[advance + space] = parser.parameters[start + advance]
      let subs = parser.parameters.subCount(start + advance)
      if subs > 0 {
        for index in 0..<subs {
          if words[1] == 5 { space = 1 }
          let place = advance + index + 1 + space
          guard place < words.count else { break }
          words[place] = Int(parser.parameters.sub(start + advance, index))
        }
        break
      }
      if (words[1] == 5 && advance + space >= 2) || (words[1] == 2 && advance + space >= 5) {
        break
      }
      if words[1] != 0 { space = 1 }
      advance += 1
    } while advance + start < parser.parameters.count && advance + space < words.count
    func value(_ index: Int) -> UInt32 {
      UInt32(truncatingIfNeeded: words[index] == -1 ? 0 : words[index]) & 0xff
    }
    let colour: Colour
    switch words[1] {
    case 2: colour = Colour(.direct, value(3) << 16 | value(4) << 8 | value(5))
    case 5: colour = Colour(.indexed, value(3))
    default: return advance
    }
    switch words[0] {
    case 38: rendition.basics.foreground = colour
    case 48: rendition.basics.background = colour
    default: rendition.extras.underlineColour = colour
    }
    return advance
  }
}

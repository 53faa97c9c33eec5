// From one rendition to another.

/// Writes what makes an emulator draw with a rendition.
enum RenditionPainter {
  /// Whether control sequences alone lead to it. Others come of restored cursors, which bring a
  /// part of what was saved.
  static func isReachable(_ rendition: Rendition) -> Bool {
    let flags = rendition.basics.flags
    return flags.contains(.hasExtras) != rendition.extras.isEmpty
      && flags.contains(.underline) == (rendition.extras.underline != 0)
  }

  /// Makes the emulator draw with it; its links are those of `screen`.
  static func set(_ rendition: Rendition, _ screen: Screen? = nil, on output: inout PaintedBytes) {
    guard rendition != output.rendition else { return }
    if isReachable(rendition) {
      setReachable(rendition, screen, on: &output)
    } else {
      setBasics(rendition.basics, on: &output)
      output.escape("7")
      output.hasSaved = true
      setExtras(rendition.extras, screen, on: &output)
      output.escape("8")
    }
    output.rendition = rendition
  }

  /// Makes the emulator draw with its basics, whatever the extras are: for a cursor that is saved.
  static func set(_ rendition: Rendition, on output: inout PaintedBytes, extrasMatter: Bool) {
    setBasics(rendition.basics, on: &output)
    // What has become of the extras is not known.
    output.rendition.basics = rendition.basics
    output.rendition.extras.link = .max
  }

  private static func setReachable(
    _ rendition: Rendition, _ screen: Screen?, on output: inout PaintedBytes
  ) {
    if rendition.extras.link != output.rendition.extras.link {
      setLink(rendition.extras.link, screen, on: &output)
    }
    if change(to: rendition, on: &output) { return }
    select(rendition.basics, rendition.extras, on: &output)
    if rendition.basics.flags.contains(.protected) { output.control("1\"q") }
  }

  /// Flags, what sets each, and what takes it back.
  private static let flags: [(flag: Rendition.Flags, on: Int, off: Int)] = [
    (.bold, 1, 22), (.dim, 2, 22), (.italic, 3, 23), (.blink, 5, 25), (.inverse, 7, 27),
    (.invisible, 8, 28), (.struck, 9, 29), (.overline, 53, 55),
  ]
  /// Where more flags go than this, all is set anew.
  private static let mostTakenBack = 2

  /// Writes only what is not so already, where the emulator's rendition is known and that says less
  /// than everything.
  private static func change(to rendition: Rendition, on output: inout PaintedBytes) -> Bool {
    let (old, new) = (output.rendition, rendition)
    let gone = old.basics.flags.subtracting(new.basics.flags)
    guard isReachable(old), old.extras.link != .max, !gone.contains(.protected),
      gone.subtracting(.hasExtras).rawValue.nonzeroBitCount <= mostTakenBack,
      new.basics != Rendition.Basics() || new.extras.underlineColour != .standard,
      old.extras.underlineColour == new.extras.underlineColour
        || new.extras.underlineColour != .standard
    else { return false }
    let come = new.basics.flags.subtracting(old.basics.flags)
    output.beginParameters()
    let intensity: Rendition.Flags = [.bold, .dim]
    if !gone.isDisjoint(with: intensity) { output.parameter(22) }
    for (flag, on, off) in flags {
      if intensity.contains(flag) {
        let isSet = gone.isDisjoint(with: intensity) ? come : new.basics.flags
        if isSet.contains(flag) { output.parameter(on) }
      } else if gone.contains(flag) {
        output.parameter(off)
      } else if come.contains(flag) {
        output.parameter(on)
      }
    }
    if old.extras.underline != new.extras.underline {
      if new.extras.underline == 0 {
        output.parameter(24)
      } else {
        underline(new.extras.underline, on: &output)
      }
    }
    if old.basics.foreground != new.basics.foreground {
      if new.basics.foreground == .standard { output.parameter(39) }
      colour(new.basics.foreground, 30, on: &output)
    }
    if old.basics.background != new.basics.background {
      if new.basics.background == .standard { output.parameter(49) }
      colour(new.basics.background, 40, on: &output)
    }
    if old.extras.underlineColour != new.extras.underlineColour {
      colour(new.extras.underlineColour, 50, on: &output)
    }
    output.endParameters()
    if come.contains(.protected) { output.control("1\"q") }
    return true
  }

  /// No more of a painting are links, in bytes.
  private static let mostLinkBytes = 1 << 20

  private static func setLink(_ link: UInt32, _ screen: Screen?, on output: inout PaintedBytes) {
    guard link != 0, let screen else { return output.command("8;;") }
    let link = screen.links[link]
    // Where links lead far and change with each cell, a painting could be longer than anything that
    // it paints.
    output.linkBytes += link.size
    guard output.linkBytes <= mostLinkBytes else { return output.command("8;;") }
    output.command("8;", (link.id.map { Array("id=".utf8) + $0 } ?? []) + [0x3b] + link.address)
  }

  /// Extras and nothing else; the basics are whatever they are then.
  static func setExtras(
    _ extras: Rendition.Extras, _ screen: Screen?, on output: inout PaintedBytes
  ) {
    setLink(extras.link, screen, on: &output)
    select(Rendition.Basics(), extras, on: &output)
  }

  /// Basics, flags included that do not go with the extras; those are whatever they are then.
  private static func setBasics(_ basics: Rendition.Basics, on output: inout PaintedBytes) {
    let isUnderlined = basics.flags.contains(.underline)
    setLink(0, nil, on: &output)
    switch (isUnderlined, basics.flags.contains(.hasExtras)) {
    case (true, true):
      select(basics, Rendition.Extras(underline: 1), on: &output)
    case (false, true):
      select(basics, Rendition.Extras(), on: &output)
      output.command("8;;x:")
    case (true, false):
      // Underlined, saved, not underlined, restored: the flag stays, and ending a link finds that
      // there are no extras.
      select(basics, Rendition.Extras(underline: 1), on: &output)
      output.escape("7")
      output.hasSaved = true
      output.control("m")
      output.escape("8")
      output.command("8;;")
    case (false, false):
      select(basics, Rendition.Extras(), on: &output)
    }
    if basics.flags.contains(.protected) { output.control("1\"q") }
  }

  /// What leads from anything to it.
  private static func select(
    _ basics: Rendition.Basics, _ extras: Rendition.Extras, on output: inout PaintedBytes
  ) {
    output.control("0")
    output.goOnWithParameters()
    for (flag, on, _) in flags where basics.flags.contains(flag) { output.parameter(on) }
    if extras.underline > 0 { underline(extras.underline, on: &output) }
    colour(basics.foreground, 30, on: &output)
    colour(basics.background, 40, on: &output)
    if extras.underlineColour != .standard { colour(extras.underlineColour, 50, on: &output) }
    output.endParameters()
  }

  private static func underline(_ style: UInt8, on output: inout PaintedBytes) {
    output.parameter(4)
    if style > 1 { output.text([UInt8(ascii: ":"), 0x30 + style]) }
  }

  /// A colour's parameters, none for the standard one; the base is 30 for the foreground, 40 for
  /// the background, 50 for the underline.
  private static func colour(_ colour: Colour, _ base: Int, on output: inout PaintedBytes) {
    let value = Int(colour.value)
    switch colour.kind {
    case .standard: break
    case .named: output.parameter(value < 8 ? base + value : base + 60 + value - 8)
    case .indexed:
      output.parameter(base + 8)
      output.parameter(5)
      output.parameter(value)
    case .direct:
      output.parameter(base + 8)
      output.parameter(2)
      output.parameter(value >> 16)
      output.parameter(value >> 8 & 0xff)
      output.parameter(value & 0xff)
    }
  }
}

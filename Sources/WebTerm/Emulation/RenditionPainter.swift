// From one rendition to another.

/// Writes what makes an emulator draw with a rendition.
enum RenditionPainter {
  /// Whether control sequences alone lead to it. Others come of restored cursors, which bring a part of what was saved.
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
    // Nobody knows what has become of the extras.
    output.rendition.basics = rendition.basics
    output.rendition.extras.link = .max
  }

  private static func setReachable(
    _ rendition: Rendition, _ screen: Screen?, on output: inout PaintedBytes
  ) {
    if rendition.extras.link != output.rendition.extras.link {
      setLink(rendition.extras.link, screen, on: &output)
    }
    output.control(words(rendition.basics, rendition.extras) + "m")
    if rendition.basics.flags.contains(.protected) { output.control("1\"q") }
  }

  private static func setLink(_ link: UInt32, _ screen: Screen?, on output: inout PaintedBytes) {
    guard link != 0, let screen else { return output.command("8;;") }
    let link = screen.links[link]
    output.command("8;", (link.id.map { Array("id=".utf8) + $0 } ?? []) + [0x3b] + link.address)
  }

  /// Extras and nothing else; the basics are whatever they are then.
  static func setExtras(
    _ extras: Rendition.Extras, _ screen: Screen?, on output: inout PaintedBytes
  ) {
    setLink(extras.link, screen, on: &output)
    output.control(words(Rendition.Basics(), extras) + "m")
  }

  /// Basics, flags included that do not go with the extras; those are whatever they are then.
  private static func setBasics(_ basics: Rendition.Basics, on output: inout PaintedBytes) {
    let isUnderlined = basics.flags.contains(.underline)
    setLink(0, nil, on: &output)
    switch (isUnderlined, basics.flags.contains(.hasExtras)) {
    case (true, true):
      output.control(words(basics, Rendition.Extras(underline: 1)) + "m")
    case (false, true):
      output.control(words(basics, Rendition.Extras()) + "m")
      output.command("8;;x:")
    case (true, false):
      // Underlined, saved, not underlined, restored: the flag stays, and ending a link finds that there are no extras.
      output.control(words(basics, Rendition.Extras(underline: 1)) + "m")
      output.escape("7")
      output.hasSaved = true
      output.control("m")
      output.escape("8")
      output.command("8;;")
    case (false, false):
      output.control(words(basics, Rendition.Extras()) + "m")
    }
    if basics.flags.contains(.protected) { output.control("1\"q") }
  }

  /// The parameters that lead from anything to it.
  private static func words(_ basics: Rendition.Basics, _ extras: Rendition.Extras) -> String {
    var words = ["0"]
    let flags: [(Rendition.Flags, String)] = [
      (.bold, "1"), (.dim, "2"), (.italic, "3"), (.blink, "5"), (.inverse, "7"), (.invisible, "8"),
      (.struck, "9"), (.overline, "53"),
    ]
    for (flag, word) in flags where basics.flags.contains(flag) { words.append(word) }
    if extras.underline == 1 { words.append("4") }
    if extras.underline > 1 { words.append("4:\(extras.underline)") }
    words += colour(basics.foreground, 30) + colour(basics.background, 40)
    if extras.underlineColour != .standard { words += colour(extras.underlineColour, 50) }
    return words.count == 1 ? "" : words.joined(separator: ";")
  }

  /// A colour's parameters; the base is 30 for the foreground, 40 for the background, 50 for the underline.
  private static func colour(_ colour: Colour, _ base: UInt32) -> [String] {
    switch colour.kind {
    case .standard: []
    case .named: ["\(colour.value < 8 ? base + colour.value : base + 60 + colour.value - 8)"]
    case .indexed: ["\(base + 8);5;\(colour.value)"]
    case .direct:
      [
        "\(base + 8);2;\(colour.value >> 16);\(colour.value >> 8 & 0xff);\(colour.value & 0xff)"
      ]
    }
  }
}

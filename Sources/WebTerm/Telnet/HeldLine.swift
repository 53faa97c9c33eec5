// A line of which it is not known whether it speaks telnet: what is held back of it, and what is
// shown.

/// What comes is data as long as no command has shown otherwise. What may be the beginning of one
/// is held back, also from one piece to the next, until it is clear what it is or its owner has
/// waited long enough.
struct HeldLine {
  private var guess = TelnetGuess()
  /// So many bytes of the guess's run came with earlier pieces, and so many of those were shown for
  /// want of anything better.
  private var held = (earlier: 0, shown: 0)
  /// Bytes of earlier pieces that are data after all.
  private var released: [UInt8] = []
  private var commands: [UInt8]?

  /// Whether bytes are held back that may be the beginning of a command: they are shown in their
  /// place, or after a while.
  var isHolding: Bool { held.earlier > held.shown }

  /// Bytes that earlier pieces have left and that are data after all: they come before what `next`
  /// has returned just now.
  mutating func takeReleased() -> [UInt8] {
    defer { released = [] }
    return released
  }

  /// Gives out what is held back: nothing has followed for a while. Where telnet's next byte comes
  /// after all, it still counts.
  mutating func releaseHeld() -> [UInt8] {
    defer { held.shown = held.earlier }
    return Array(guess.run[held.shown..<held.earlier])
  }

  /// The commands that have shown that the line speaks telnet, once; nil as long as none have.
  mutating func takeCommands() -> [UInt8]? {
    commands.take()
  }

  /// Looks at the host's bytes up to the next ones that are to be shown.
  ///
  /// - Parameters:
  ///   - input: What has come.
  ///   - position: Where to go on; moved past what was taken. Where commands have shown what the
  ///     line is, the rest of the input is left.
  /// - Returns: The range of the input to be shown; nil where there is none.
  mutating func next(_ input: Span<UInt8>, _ position: inout Int) -> Range<Int>? {
    let start = position
    while position < input.count {
      let byte = input[position]
      position += 1
      if guess.run.isEmpty, byte != TelnetCommand.escape { continue }
      let earlier = held.earlier > 0 ? Array(guess.run[..<held.earlier]) : []
      let count = guess.run.count + 1
      switch guess.take(byte) {
      case .open: continue
      case .data(let keeping):
        let over = min(count - keeping, held.earlier)
        if held.shown < over { released += earlier[held.shown..<over] }
        held = (held.earlier - over, max(0, held.shown - over))
      case .telnet:
        let end = position - (guess.run.count - held.earlier)
        commands = guess.run
        (guess, held) = (TelnetGuess(), (0, 0))
        return start < end ? start..<end : nil
      }
    }
    let end = position - (guess.run.count - held.earlier)
    held.earlier = guess.run.count
    return start < end ? start..<end : nil
  }
}

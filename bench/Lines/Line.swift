// What every benchmark drives: a terminal's bytes, whatever carries them.

import EventLoop

/// A terminal seen from its user's end: through the server's channel, through the floor's socket,
/// or bare.
protocol Line: AnyObject {
  var listener: (any LineListener)? { get set }

  /// Begins to open it.
  ///
  /// - Throws: What the system says, or ``BenchFailure``.
  func open() throws

  /// Sends input.
  func type(_ bytes: [UInt8])

  /// Lets go of it.
  func close()
}

/// Somebody who uses a line.
protocol LineListener: AnyObject {
  /// Output has come.
  func line(_ line: any Line, received bytes: RawSpan)
  /// Nothing will come any more.
  func lineEnded(_ line: any Line, _ reason: String)
}

/// Makes lines of one kind.
typealias LineMaker = (_ what: String) -> any Line

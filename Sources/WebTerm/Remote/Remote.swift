// The seam between a terminal and whatever it talks through.

/// How a remote came to its end.
enum RemoteEnd: Equatable {
  /// The program ended by itself; why, in a sentence, where more than the code is known.
  case exited(code: Int, reason: String? = nil)
  /// The host, or the way to it, has ended the conversation; why, in a sentence.
  case closed(reason: String)
  /// A signal ended it; the name as in `SIGHUP`.
  case signalled(String)
  /// ssh refused the host's key, which is not the known one; the key that the host showed.
  case hostKeyChanged(found: String)
  /// It could not be started; why, in a sentence for the visitor.
  case failed(String)
}

/// What a terminal talks through: one conversation with a host.
///
/// After `start`, the observer is told when there is something to read or room to write, for as
/// long as it has declared its interest, and exactly once how it ended. All output was read before
/// that.
protocol Remote: AnyObject {
  /// Who is told. The remote keeps it until it is hung up, at the latest.
  var observer: (any RemoteObserver)? { get set }

  /// Begins the conversation on a screen of that size.
  ///
  /// - Throws: ``RemoteFailure`` where it is clear at once that it cannot begin. Hang it up all the
  ///   same.
  func start(_ size: TerminalSize) throws(RemoteFailure)

  /// Reads once into what is lent, which has room for at least one byte: to fill nothing and to
  /// have nothing would look the same. It may leave that empty: the observer is told when there is
  /// more.
  func read(into span: inout OutputRawSpan)

  /// Writes once; returns how many bytes were taken, 0 where none are taken now.
  func write(_ bytes: RawSpan) -> Int

  /// Says what the observer wants to be told.
  func setInterest(reading: Bool, writing: Bool)

  /// The screen has another size.
  func resize(_ size: TerminalSize)

  /// Sends a break, before whatever was typed and is not sent yet; false where the line knows none.
  func sendBreak() -> Bool

  /// Whether it has ended without a connection to its host, so that another address may answer.
  var isUnreached: Bool { get }

  /// Whether there is a conversation with the host, as far as the remote does not tell by itself.
  var isUp: Bool { get }

  /// Ends the conversation from our side. The observer is told nothing more.
  func hangUp()
}

extension Remote {
  func sendBreak() -> Bool { false }
  var isUnreached: Bool { false }
  var isUp: Bool { false }
}

/// Told what a remote does.
protocol RemoteObserver: AnyObject {
  /// There is something to read. Do a bounded amount of it; it is reported again.
  func remoteIsReadable()
  /// There is room to write.
  func remoteIsWritable()
  /// There is a conversation with the host from now on.
  func remoteIsUp()
  /// It is over, and everything was read.
  func remoteEnded(_ end: RemoteEnd)
}

extension RemoteObserver {
  func remoteIsUp() {}
}

/// A remote that could not begin.
struct RemoteFailure: Error, Equatable {
  /// What happened, in a sentence for the visitor.
  let message: String
}

/// Who makes remotes: the factory, or a test with remotes of its own.
protocol RemoteMaker: AnyObject {
  /// A remote for a destination that is allowed; not started.
  func makeRemote(for destination: Destination) -> any Remote
}

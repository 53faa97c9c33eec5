// A small file that was read once and is asked for often.

/// What a small file said when it was read last, and whether it may say something else by now.
///
/// Making one may wait for a disk: that is for a start-up and for a helper's thread. To have one
/// and to ask ``isStale`` is for the loop.
public struct ReadFile<Content: Sendable>: Sendable {
  public let content: Content
  /// Why it could not be read, if so.
  public let problem: SystemError?
  private let path: String
  private let most: Int?
  private let parse: @Sendable ([UInt8]?) -> Content
  private let stamp: FileStamp?

  /// Reads it.
  ///
  /// - Parameters:
  ///   - path: Where it is.
  ///   - most: Only so many bytes of its beginning are wanted; nil for all of it.
  ///   - parse: Makes the content of its bytes; nil where it could not be read.
  public init(
    _ path: String, atMost most: Int? = nil, parse: @escaping @Sendable ([UInt8]?) -> Content
  ) {
    self.path = path
    self.most = most
    self.parse = parse
    // Before the content: a change in between is found the next time.
    stamp = FileStamp(of: path)
    do throws(SystemError) {
      content = parse(try readFile(path, atMost: most))
      problem = nil
    } catch {
      content = parse(nil)
      problem = error
    }
  }

  /// Whether the file is another one by now, by device, inode, size and time: one stat(2).
  public var isStale: Bool { FileStamp(of: path) != stamp }

  /// Whether there is another file by now, which is worth reading: one stat(2).
  public var isReplaced: Bool {
    let now = FileStamp(of: path)
    return now != nil && now != stamp
  }

  /// The file as it is now, which may wait for a disk.
  public func readAgain() -> Self { Self(path, atMost: most, parse: parse) }

  /// The same content, though the file has changed: for a reader that finds nothing better in it.
  public func keeping(_ content: Content) -> Self { Self(self, content) }

  private init(_ other: Self, _ content: Content) {
    (path, most, parse, stamp, problem) =
      (other.path, other.most, other.parse, other.stamp, other.problem)
    self.content = content
  }
}

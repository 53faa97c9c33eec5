// What the heap keeps, and what it gives back.

import CLinux

/// The C library's heap, which everything in the process shares.
public enum Heap {
  /// Logs of output are 64 and 256 KiB, screens 15 to 20.
  private static let largePiece = 32_768

  /// Lets large pieces go back to the kernel as soon as they are freed.
  ///
  /// As it is by itself, glibc takes a piece that was freed for a sign that such pieces are worth
  /// keeping, up to 32 MiB: after a storm of terminals the heap is full of holes. To be called
  /// once, before there are other threads.
  public static func returnLargePieces() {
    linux_return_pieces_from(largePiece)
  }

  /// Gives back what lies free between others. Takes about a millisecond for some megabytes.
  public static func trim() {
    linux_trim_heap()
  }
}

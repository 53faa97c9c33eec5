// What all lines of a run share.

import EventLoop

/// The loop that they live on, and the memory that they read into.
struct LineContext {
  let reactor: Reactor
  let buffer: ByteStream.Buffer
}

// The threads beside the loop's.

import EventLoop

/// The threads that wait in place of the loop. Each waits for something else, so that none of it
/// stands before the others.
struct Threads {
  /// Waits for the reader of standard error.
  let log: WriterThread
  /// Waits for the audit log's disk.
  let audit: WriterThread
  /// Writes the logs of consoles.
  let consoleLogs: BatchAppender
  /// What that says.
  let consoleLogNews: ConsoleLogNews
  /// Hashes passwords: that takes its time on purpose, and files do not wait behind it.
  let passwords: HelperThread
  /// Reads the server's own files: configuration, inventories, accounts of a reload.
  let files: HelperThread
  /// Reads the files of accounts, which every page waits for.
  let accounts: HelperThread
  /// Looks hosts' names up, several at a time: a name server that is silent holds no other name up.
  let names: NameResolver
  /// Starts clients and waits until they have begun, and knows the files that they need: several at
  /// a time, so that no slow disk or program stands before other terminals.
  let spawns: HelperThread

  /// - Throws: What eventfd(2) or epoll_ctl(2) says.
  init(reactor: Reactor) throws(SystemError) {
    log = try WriterThread()
    audit = try WriterThread()
    consoleLogNews = try ConsoleLogNews(reactor: reactor)
    consoleLogs = try BatchAppender(news: consoleLogNews.mailbox.sender) { lost in
      Array("\(EventLine.text(.lost(lines: lost), at: UnixTime.now))\n".utf8)
    }
    passwords = try HelperThread(reactor: reactor)
    files = try HelperThread(reactor: reactor)
    accounts = try HelperThread(reactor: reactor)
    names = try NameResolver(reactor: reactor)
    spawns = try HelperThread(reactor: reactor, threads: 4, niceness: 0)
  }

  /// Ends those that tell the loop of what they have done; nothing more is told.
  func close() {
    consoleLogNews.mailbox.close()
    passwords.close()
    files.close()
    accounts.close()
    names.close()
    spawns.close()
  }

  /// Waits for a moment until the last lines of the logs are written.
  func drain() {
    consoleLogs.drain(atMost: 1000)
    audit.drain(atMost: 1000)
    log.drain(atMost: 1000)
  }
}

/// Brings what the thread of the consoles' logs says to the loop.
final class ConsoleLogNews {
  let mailbox: Mailbox<BatchAppender.News>
  private let listener: Listener

  private final class Listener {
    var told: ((BatchAppender.News) -> Void)?
  }

  /// - Throws: What eventfd(2) or epoll_ctl(2) says.
  init(reactor: Reactor) throws(SystemError) {
    let listener = Listener()
    self.listener = listener
    mailbox = try Mailbox(reactor: reactor) { listener.told?($0) }
  }

  /// Who is told.
  var told: ((BatchAppender.News) -> Void)? {
    get { listener.told }
    set { listener.told = newValue }
  }
}

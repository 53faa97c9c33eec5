// The preferences of logins with open pages: read when the first one asks, written on a change.

import EventLoop
import Glibc
import Synchronization

/// A page's channel, as far as the store knows it.
protocol PreferenceReader: AnyObject {
  /// What is kept is known now, or was changed by another page.
  ///
  /// - Parameters:
  ///   - names: Of what there is something, or something else, to be asked for.
  ///   - isAll: Whether that is all there is.
  func hear(of names: [PreferenceSet.Name], isAll: Bool)
}

/// Keeps the preferences of logins in files. Nothing here waits for a disk: that is the helper's.
final class PreferenceStore: TimerHandler {
  /// A login's file is written once in so long at most.
  static let pause: Duration = .seconds(1)

  /// What is known of one login.
  private struct Shelf {
    let login: String
    /// Nil while it is read.
    var set: PreferenceSet?
    var readers: [ObjectIdentifier: any PreferenceReader] = [:]
    /// Whether there is more than the file has.
    var isChanged = false
    /// Whether the file is being written.
    var isWriting = false
    /// When it may be written again.
    var due: MonotonicInstant?
  }

  private let files: Files
  private let folder: String
  private let helper: HelperThread
  private let reactor: Reactor
  /// Told what could not be read or written.
  private let report: (SystemError) -> Void
  /// By the hash of the login's name.
  private var shelves: [String: Shelf] = [:]
  private var timer: Reactor.Timer?
  /// Counts what is written.
  private var last = 0

  /// - Parameters:
  ///   - folder: Where the files are; it is made when it is needed.
  ///   - helper: Reads and writes them.
  ///   - reactor: The loop.
  ///   - report: Told of files that cannot be read or written.
  init(
    folder: String, helper: HelperThread, reactor: Reactor,
    report: @escaping (SystemError) -> Void
  ) {
    self.folder = folder
    files = Files(folder: folder)
    self.helper = helper
    self.reactor = reactor
    self.report = report
  }

  // MARK: Readers

  /// Tells a page of all that its login keeps, and of what changes until ``leave(_:of:)``.
  func add(_ reader: any PreferenceReader, of login: String) {
    let key = Self.key(of: login)
    let isNew = shelves[key] == nil
    shelves[key, default: Shelf(login: login)].readers[ObjectIdentifier(reader)] = reader
    if isNew { return read(key) }
    if let set = shelves[key]?.set { reader.hear(of: Self.names(of: set), isAll: true) }
  }

  func leave(_ reader: any PreferenceReader, of login: String) {
    let key = Self.key(of: login)
    shelves[key]?.readers[ObjectIdentifier(reader)] = nil
    forget(key)
  }

  /// What a login keeps of that name; nil where that is nothing, or is not known yet.
  func value(_ name: PreferenceSet.Name, of login: String) -> PreferenceSet.Value? {
    shelves[Self.key(of: login)]?.set?.values[name]
  }

  /// Keeps a change that a reader's page has made, and tells all pages of that login, this one too:
  /// it may have been told something older meanwhile. Where what is kept is later, this one is told
  /// that. Before what is kept is known, a change is dropped.
  func keep(
    _ value: PreferenceSet.Value, as name: PreferenceSet.Name, by reader: any PreferenceReader,
    of login: String
  ) {
    let key = Self.key(of: login)
    let now = UnixTime.now * 1000
    guard shelves[key]?.set?.keep(value, as: name, now: now) == true else {
      if shelves[key]?.set?.values[name] != nil { reader.hear(of: [name], isAll: false) }
      return
    }
    shelves[key]?.isChanged = true
    for each in (shelves[key]?.readers ?? [:]).values { each.hear(of: [name], isAll: false) }
    write(key)
  }

  private static func key(of login: String) -> String {
    SHA256.hash(Array(login.utf8)).map { $0.hex(digits: 2) }.joined()
  }

  private static func names(of set: PreferenceSet) -> [PreferenceSet.Name] {
    PreferenceSet.Name.allCases.filter { set.values[$0] != nil }
  }

  /// What no page looks at, and the file has, is not kept here.
  private func forget(_ key: String) {
    guard let shelf = shelves[key], shelf.readers.isEmpty, !shelf.isChanged, !shelf.isWriting
    else { return }
    shelves[key] = nil
  }

  // MARK: Files

  private enum Reading: Sendable {
    case set(PreferenceSet)
    case problem(SystemError)
  }

  private func path(of key: String) -> String { "\(folder)/\(key).json" }

  private func read(_ key: String) {
    let path = path(of: key)
    do throws(SystemError) {
      try helper.run({ Self.read(path) }) { [weak self] in self?.taken($0, key) }
    } catch {
      taken(.problem(error), key)
    }
  }

  private static func read(_ path: String) -> Reading {
    do throws(SystemError) {
      let bytes = try readFile(path)
      // What has been written there otherwise is as nothing.
      return .set((try? PreferenceSet(json: bytes)) ?? PreferenceSet())
    } catch {
      return error.code == ENOENT ? .set(PreferenceSet()) : .problem(error)
    }
  }

  private func taken(_ reading: Reading, _ key: String) {
    switch reading {
    case .set(let set):
      shelves[key]?.set = set
      for reader in (shelves[key]?.readers ?? [:]).values {
        reader.hear(of: Self.names(of: set), isAll: true)
      }
      forget(key)
    case .problem(let problem):
      // Without the file nothing is kept, so that nothing in it is lost.
      report(problem)
      shelves[key] = nil
    }
  }

  private func write(_ key: String) {
    guard let shelf = shelves[key], let set = shelf.set, shelf.isChanged, !shelf.isWriting else {
      return
    }
    if let due = shelf.due, due > reactor.now { return setTimer() }
    shelves[key]?.isChanged = false
    shelves[key]?.isWriting = true
    let (path, bytes) = (path(of: key), set.json(of: shelf.login))
    last += 1
    do throws(SystemError) {
      try helper.run({ [files, last] in files.write(bytes, to: path, number: last) }) {
        [weak self] problem in
        self?.written(key, problem)
      }
    } catch {
      written(key, error)
    }
  }

  private func written(_ key: String, _ problem: SystemError?) {
    if let problem { report(problem) }
    shelves[key]?.isWriting = false
    shelves[key]?.due = reactor.now + Self.pause
    write(key)
    forget(key)
  }

  // MARK: Time

  private func setTimer() {
    let timer = self.timer ?? reactor.makeTimer(handler: self)
    self.timer = timer
    reactor.set(timer, to: shelves.values.filter(\.isChanged).compactMap(\.due).min())
  }

  func timerFired(now: MonotonicInstant) {
    for (key, shelf) in shelves where shelf.isChanged {
      if let due = shelf.due, due <= now { write(key) }
    }
    setTimer()
  }

  /// Writes what is not in its file yet: the server ends.
  func close() {
    for (key, shelf) in shelves where shelf.isChanged || shelf.isWriting {
      guard let set = shelf.set else { continue }
      last += 1
      let bytes = set.json(of: shelf.login)
      if let problem = files.write(bytes, to: path(of: key), number: last) { report(problem) }
    }
    shelves = [:]
  }
}

/// The folder, written to by two threads: when the server ends, the loop does not wait for the
/// helper.
private final class Files: Sendable {
  private let folder: String
  /// What was written last, by its number. One writes at a time.
  private let newest = Mutex<[String: Int]>([:])

  init(folder: String) {
    self.folder = folder
  }

  /// Writes a file, unless something later was written there before.
  ///
  /// - Parameters:
  ///   - bytes: All of it.
  ///   - path: Where, in the folder.
  ///   - number: Higher than that of all that was to be written before.
  /// - Returns: What has gone wrong; nil where nothing has.
  func write(_ bytes: [UInt8], to path: String, number: Int) -> SystemError? {
    newest.withLock { newest in
      guard newest[path, default: 0] < number else { return nil }
      do throws(SystemError) {
        try makeDirectory(folder, mode: 0o700)
        try writeFile(path, bytes)
      } catch {
        return error
      }
      newest[path] = number
      return nil
    }
  }
}

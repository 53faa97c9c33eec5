// What follows a login, with real files: read once, told to all its pages, written a little later.

import FoundationEssentials
import Testing

@testable import EventLoop
@testable import WebTerm

private final class Page: PreferenceReader {
  private(set) var heard: [PreferenceSet.Name] = []
  private(set) var isAll = false

  func hear(of names: [PreferenceSet.Name], isAll: Bool) {
    heard += names
    self.isAll = self.isAll || isAll
  }
}

@Suite("What follows a login") struct PreferenceStoreTests {
  private final class Fixture {
    let reactor: Reactor
    let helper: HelperThread
    let folder: String
    let store: PreferenceStore
    private(set) var problems: [SystemError] = []

    init(folder: String? = nil) throws {
      reactor = try Reactor()
      helper = try HelperThread(reactor: reactor)
      let folder =
        folder ?? "\(FileManager.default.temporaryDirectory.path)/preferences-\(UUID())"
      self.folder = folder
      var tell: (SystemError) -> Void = { _ in }
      store = PreferenceStore(
        folder: "\(folder)/preferences", helper: helper, reactor: reactor
      ) { tell($0) }
      tell = { [unowned self] in problems.append($0) }
    }

    func wait(_ condition: () -> Bool) throws {
      let patience = MonotonicInstant.now + .seconds(60)
      while !condition() {
        try #require(MonotonicInstant.now < patience)
        try reactor.turn(until: .now + .milliseconds(10))
      }
    }

    func page(of login: String) throws -> Page {
      let page = Page()
      store.add(page, of: login)
      try wait { page.isAll }
      return page
    }

    deinit {
      helper.close()
      try? FileManager.default.removeItem(atPath: folder)
    }
  }

  private func value(_ changed: Int, _ text: String) -> PreferenceSet.Value {
    PreferenceSet.Value(changed: changed, text: text)
  }

  @Test("one page's change is told to all of that login, and to no other")
  func told() throws {
    let fixture = try Fixture()
    let (first, second) = (try fixture.page(of: "alice"), try fixture.page(of: "alice"))
    let stranger = try fixture.page(of: "bob")
    fixture.store.keep(value(1, "dark"), as: .settings, by: first, of: "alice")
    #expect(first.heard == [.settings] && second.heard == [.settings] && stranger.heard.isEmpty)
    #expect(fixture.store.value(.settings, of: "alice")?.text == "dark")
    #expect(fixture.store.value(.settings, of: "bob") == nil)
    // An older change is none, and its page hears what is kept.
    fixture.store.keep(value(0, "light"), as: .settings, by: second, of: "alice")
    #expect(first.heard == [.settings] && second.heard == [.settings, .settings])
    #expect(fixture.store.value(.settings, of: "alice")?.text == "dark")
  }

  @Test("it outlives its pages and the server")
  func kept() throws {
    let fixture = try Fixture()
    let page = try fixture.page(of: "al/../ice\n")
    for change in 1...20 {
      fixture.store.keep(value(change, "\(change)"), as: .stars, by: page, of: "al/../ice\n")
    }
    fixture.store.leave(page, of: "al/../ice\n")
    fixture.store.close()
    let files = try FileManager.default.contentsOfDirectory(atPath: "\(fixture.folder)/preferences")
    #expect(files.count == 1 && files[0].hasSuffix(".json"))
    let next = try Fixture(folder: fixture.folder)
    let later = try next.page(of: "al/../ice\n")
    #expect(later.heard == [.stars])
    #expect(next.store.value(.stars, of: "al/../ice\n")?.text == "20")
  }

  @Test("without its end it is in the file a second later, and forgotten here with its last page")
  func written() throws {
    let fixture = try Fixture()
    let page = try fixture.page(of: "alice")
    for change in 1...3 {
      fixture.store.keep(value(change, "\(change)"), as: .keys, by: page, of: "alice")
    }
    fixture.store.leave(page, of: "alice")
    try fixture.wait { fixture.store.value(.keys, of: "alice") == nil }
    let again = try fixture.page(of: "alice")
    #expect(again.heard == [.keys] && fixture.store.value(.keys, of: "alice")?.text == "3")
  }

  @Test("a file that cannot be read is told, and not written over")
  func unreadable() throws {
    let fixture = try Fixture()
    let page = try fixture.page(of: "alice")
    fixture.store.keep(value(1, "kept"), as: .keys, by: page, of: "alice")
    fixture.store.leave(page, of: "alice")
    try fixture.wait { fixture.store.value(.keys, of: "alice") == nil }
    let path = "\(fixture.folder)/preferences"
    let file = try FileManager.default.contentsOfDirectory(atPath: path)[0]
    // A folder of its name is no file.
    try FileManager.default.removeItem(atPath: "\(path)/\(file)")
    try FileManager.default.createDirectory(
      atPath: "\(path)/\(file)", withIntermediateDirectories: false)
    let late = Page()
    fixture.store.add(late, of: "alice")
    try fixture.wait { !fixture.problems.isEmpty }
    fixture.store.keep(value(2, "lost"), as: .keys, by: late, of: "alice")
    #expect(!late.isAll && fixture.store.value(.keys, of: "alice") == nil)
  }
}

// Names of hosts as addresses, for many who ask at once.

import Glibc

/// A question for a host's addresses, to be taken back when its answer is not waited for any more.
public final class NameQuestion {
  fileprivate let name: String
  fileprivate var receive: (([SocketAddress]) -> Void)?

  fileprivate init(_ name: String, _ receive: @escaping ([SocketAddress]) -> Void) {
    self.name = name
    self.receive = receive
  }
}

/// Looks names up side by side, each name once for all who ask for it.
///
/// A name whose server is silent takes ten seconds and more (resolv.conf(5)), and nothing can stop
/// it: it holds up one of the threads, and no question for an address. A name that is not waited
/// for any more is not begun with.
public final class NameResolver: TurnEndHandler {
  /// How many names are looked up at once.
  public static let threads = 8

  private struct Search {
    var questions: [NameQuestion]
    let ticket: HelperThread.Ticket
  }

  private let reactor: Reactor
  private let helper: HelperThread
  private let lookUp: @Sendable (String) -> [SocketAddress]
  private var searches: [String: Search] = [:]
  /// Questions that have an answer and are not told it yet.
  private var answered: [(question: NameQuestion, addresses: [SocketAddress])] = []
  public var turnEndMark = TurnEndMark()
  /// An answer starts something: so many of them a turn, however many wait for the same name.
  private static let toldPerTurn = 8

  /// - Parameters:
  ///   - reactor: The loop.
  ///   - lookUp: Finds a name's addresses, and may take its time; the system's resolver but in
  ///     tests.
  /// - Throws: What eventfd(2) or epoll_ctl(2) says.
  public init(
    reactor: Reactor,
    lookUp: @escaping @Sendable (String) -> [SocketAddress] = EventLoop.lookUp
  ) throws(SystemError) {
    self.reactor = reactor
    self.lookUp = lookUp
    helper = try HelperThread(reactor: reactor, threads: Self.threads)
  }

  /// Names that are looked up, or wait for it.
  public var pending: Int { searches.count }

  /// Asks for a host's addresses.
  ///
  /// - Parameters:
  ///   - name: A name, or an address, which is its own answer.
  ///   - receive: Called once, never before this has returned, with the addresses in the system's
  ///     order and without a port; none where there is no such host.
  /// - Returns: What takes the question back.
  /// - Throws: Where no thread can be had, or too many names wait.
  public func find(
    _ name: String, then receive: @escaping ([SocketAddress]) -> Void
  ) throws(SystemError) -> NameQuestion {
    let question = NameQuestion(name, receive)
    if let address = SocketAddress(literal: name, port: 0) {
      answered.append((question, [address]))
      reactor.atTurnEnd(self)
    } else if searches[name] != nil {
      searches[name]?.questions.append(question)
    } else {
      let ticket = try helper.run({ [lookUp] in lookUp(name) }) { [weak self] addresses in
        self?.found(addresses, for: name)
      }
      searches[name] = Search(questions: [question], ticket: ticket)
    }
    return question
  }

  private func found(_ addresses: [SocketAddress], for name: String) {
    guard let search = searches.removeValue(forKey: name) else { return }
    answered += search.questions.map { ($0, addresses) }
    reactor.atTurnEnd(self)
  }

  public func turnEnds() {
    let told = answered.prefix(Self.toldPerTurn)
    answered.removeFirst(told.count)
    for (question, addresses) in told { question.receive.take()?(addresses) }
    if !answered.isEmpty { reactor.atTurnEnd(self) }
  }

  /// Takes a question back. Nothing is told any more.
  public func cancel(_ question: NameQuestion) {
    guard question.receive.take() != nil else { return }
    let name = question.name
    searches[name]?.questions.removeAll { $0 === question }
    // A search that was begun goes on, for the next question for that name: it would wait for the
    // same server.
    if let search = searches[name], search.questions.isEmpty, helper.takeBack(search.ticket) {
      searches[name] = nil
    }
  }

  /// Forgets all questions.
  public func close() {
    searches = [:]
    answered = []
    helper.close()
  }
}

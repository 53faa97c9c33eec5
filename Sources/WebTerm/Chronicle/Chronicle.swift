// What happens, in sentences: each line is told to the chronicle's listeners, the log and the audit
// log.

import EventLoop

/// Words and bounds of what is written down. It listens to the terminals; what callers do, it is
/// told.
final class Chronicle: TerminalListener {
  /// The most that is written of what strangers say, in bytes.
  private static let longestWord = 200

  /// For lines that are for the administrator's eyes alone.
  var log: Log { logListener.log }
  private let logListener: LogListener
  private let audit: AuditListener
  /// All who hear each line.
  private let listeners: [any ChronicleListener]
  private let reactor: Reactor
  private var limiter = LineLimiter()
  /// What was told of the audit log's lines that did not arrive.
  private var missingTold = 0

  init(_ log: LogListener, _ audit: AuditListener, reactor: Reactor) {
    logListener = log
    self.audit = audit
    listeners = [log, audit]
    self.reactor = reactor
  }

  /// Takes other settings, and the audit log's file, opened anew.
  func reload(_ settings: LogSettings, audit file: AuditLog?) {
    logListener.reload(settings)
    audit.file = file
  }

  /// Takes the audit log's file, opened anew: the former one was moved away.
  func reopen(_ file: AuditLog) {
    audit.file = file
  }

  func heard(_ event: TerminalEvent, of terminal: Terminal) {
    let summary = TerminalSummary(terminal, of: event.person, now: reactor.now)
    var fields = summary.identity
    var figures: [(name: String, value: Int)] = []
    var isAlarming = summary.isAlarming
    switch event {
    case .alarm(let name):
      isAlarming = true
      fields.append(("alarm", name))
    case .opened, .attached: break
    case .sending(let count): figures = [("to", count)]
    case .detached: figures = summary.figures
    case .broke(let viewer): figures = [("viewer", viewer.number)]
    case .types(let viewer, let cause):
      if cause !== viewer { fields.append(("by", cause.person.who)) }
      if viewer.person.standing == .operator, summary.destination.method == .ssh {
        fields.append(("as", TerminalSummary(viewer.terminal, now: reactor.now).who))
      }
      figures = [("viewer", viewer.number)]
    case .line(let change): return tell(change, fields)
    case .noted(let note, let viewer):
      fields.append(("text", note.text))
      figures = [("viewer", viewer.number)]
    case .over:
      fields.append(("how", summary.end ?? "ended"))
      if case .operator(let reason, let actor) = terminal.endReason {
        fields += actor.fields + [("reason", reason)]
      }
      figures = summary.figures
    }
    tell(
      ChronicleLine(
        level: isAlarming ? .warning : .info, event: "terminal \(event.word)",
        fields: fields, figures: figures, kept: (event.word, fields)))
  }

  /// A line is up or down, which is for the administrator's eyes: it is no person's deed.
  private func tell(_ change: LineChange, _ fields: [Log.Field]) {
    switch change {
    case .up: log.write(.info, "line up", fields)
    case .down(let reason, let wasUp):
      log.write(wasUp ? .notice : .info, "line down", fields + [("why", reason)])
    }
  }

  /// A console's log is not written, or is again.
  func tell(_ news: BatchAppender.News) {
    switch news {
    case .fails(let file, let error):
      log.write(
        .error, "a console's log takes nothing", [("file", file.path), ("why", "\(error.reason)")])
    case .goesOn(let file):
      log.write(.notice, "a console's log goes on", [("file", file.path)])
    }
  }

  private func tell(_ line: ChronicleLine) {
    for listener in listeners { listener.heard(line) }
  }

  /// An operator has done something that is no event of one terminal's.
  ///
  /// - Parameters:
  ///   - event: What it was, in a few fixed words; the audit log has them, too.
  ///   - fields: Who and what, in anybody's words.
  func tell(_ event: String, _ fields: [Log.Field]) {
    tell(ChronicleLine(level: .notice, event: event, fields: fields, kept: (event, fields)))
  }

  /// A caller has logged in, was refused, or has said what is no business of theirs. Of strangers
  /// from one address that come again and again a few lines are written, and of the rest a count;
  /// every line of a proven login is written.
  ///
  /// - Parameters:
  ///   - level: For the log.
  ///   - event: What has happened, in a few words of ours.
  ///   - fields: Who and what, in anybody's words, which are cut.
  ///   - address: Who has caused it.
  ///   - isProven: Whether it is the deed of a login that was proven: then none of it is only
  ///     counted.
  ///   - audited: The word for the audit log; nil where it is for eyes alone.
  func note(
    _ level: LogSettings.Level, _ event: String, _ fields: [Log.Field], from address: AddressKey,
    isProven: Bool = false, audited: String? = nil
  ) {
    guard isProven || limiter.admits(event, from: address, now: reactor.now) else { return }
    let fields = fields.map { ($0.name, $0.value.cut(to: Self.longestWord)) }
    // A terminal's lines have the address by that name, too.
    let kept = audited.map { word in
      (word, fields.map { ($0.0 == "peer" ? "address" : $0.0, $0.1) })
    }
    tell(ChronicleLine(level: level, event: event, fields: fields, kept: kept))
  }

  /// A link was made, or has ended and not with its terminal.
  func tell(_ event: SharingPolicy.Event, _ link: SharedLink) {
    let (word, why): (String, [Log.Field]) =
      switch event {
      case .made: ("link made", [("seconds", "\(link.seconds)"), ("uses", "\(link.uses)")])
      case .calledBack(let who): ("link ended", [("why", "called back"), ("by", who)])
      case .expired: ("link ended", [("why", "its time is over")])
      case .makerLostRight: ("link ended", [("why", "its maker may not share it any more")])
      }
    let fields = link.fields + why
    tell(ChronicleLine(level: .info, event: word, fields: fields, kept: (word, fields)))
  }

  /// A caller was refused a terminal.
  ///
  /// - Parameters:
  ///   - why: The reason.
  ///   - destination: Where they wanted to go.
  ///   - visitor: The caller's; nil where it is none yet.
  ///   - login: As whom.
  ///   - address: Where they are.
  func tell(
    _ why: Refusal, to destination: Destination, by visitor: Visitor?, _ login: Login?,
    from address: AddressKey
  ) {
    if why == .stopping { return }
    let isForbidden = if case .forbidden = why { true } else { false }
    note(
      isForbidden ? .notice : .info, "refused",
      (visitor.map { [("visitor", "\($0.number)")] } ?? [])
        + (login.map { [("login", $0.name.text)] } ?? [])
        + [("peer", "\(address)")] + destination.fields + [("why", ChannelError(why).message)],
      from: address, isProven: login != nil, audited: "refused")
  }

  /// A password was checked, or is not going to be.
  ///
  /// - Parameters:
  ///   - outcome: What came of it.
  ///   - claim: Whose it is, and where it came from.
  func tell(_ outcome: PasswordChecker.Outcome, of claim: PasswordChecker.Claim) {
    let who = [
      ("peer", claim.peer), ("login", String(decoding: claim.credentials.name, as: UTF8.self)),
    ]
    switch outcome {
    case .proven:
      note(.info, "logged in", who, from: claim.address, isProven: true, audited: "login")
    case .wrong:
      note(.notice, "login failed", who, from: claim.address, audited: "login failed")
    case .refused(let refusal):
      note(
        .notice, "login refused", who + [("why", refusal.message)], from: claim.address,
        audited: "refused")
    }
  }

  /// A file of accounts is not as it should be.
  func tell(_ problem: AccountProblem) {
    log.write(
      .error, "accounts not read anew; the old ones stay",
      [("file", problem.file)] + (problem.line.map { [("line", "\($0)")] } ?? [])
        + [("why", problem.what)])
  }

  /// Rights have gone, and what was open by them.
  ///
  /// - Parameters:
  ///   - terminals: Whose terminals have ended, one for each; nil for those of visitors without a
  ///     login.
  ///   - news: Whose channels for directories, likewise.
  func tell(ofEnded terminals: [Login?], news: [Login?]) {
    var counts: [AccountName?: (terminals: Int, news: Int)] = [:]
    for login in terminals { counts[login?.name, default: (0, 0)].terminals += 1 }
    for login in news { counts[login?.name, default: (0, 0)].news += 1 }
    for (name, count) in counts {
      log.write(
        .notice,
        name == nil ? "visitors without a login may not stay" : "a login's right has ended",
        (name.map { [("login", $0.text)] } ?? []) + [
          ("terminals", "\(count.terminals)"), ("directories", "\(count.news)"),
        ])
    }
  }

  /// Says what was only counted, and what could not be kept. Asked for every few seconds.
  func tellCounts() {
    for count in limiter.takeCounts() {
      let fields = [
        ("event", count.event), ("peer", count.address.map { "\($0)" } ?? "several"),
      ]
      tell(
        ChronicleLine(
          level: .warning, event: "more of the same", fields: fields,
          figures: [("count", count.lines)], kept: ("more of the same", fields)))
    }
    let missing = audit.missing
    guard missing > missingTold else { return }
    log.write(
      .error, "lines of the audit log are missing",
      [
        ("count", "\(missing - missingTold)"),
        ("why", audit.writer.lastFailure.map { "\($0)" } ?? "the disk is too slow"),
      ])
    missingTold = missing
  }
}

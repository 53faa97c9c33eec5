// What a page's messages do: the hello, and then what its viewer may.

import EventLoop

extension TerminalChannel {
  /// Does what a message says, in the order of the protocol: a hello comes first.
  func handle(_ message: ClientMessage) throws(ClientMessage.Problem) {
    switch state {
    case .awaitingHello:
      guard case .hello(let hello) = message else { return fail(.hello) }
      greet(hello)
    case .attached(let viewer): try handle(message, of: viewer)
    case .exitTold(let viewer, _):
      if case .acknowledge(let output) = message { try acknowledge(output, viewer) }
    case .closing: break
    }
  }

  private func acknowledge(
    _ output: Int, _ viewer: Viewer
  ) throws(ClientMessage.Problem) {
    guard viewer.acknowledge(output) else {
      throw ClientMessage.Problem(reason: "an acknowledgement beyond what was sent")
    }
  }

  /// Does what a message says, where its viewer may.
  private func handle(
    _ message: ClientMessage, of viewer: Viewer
  ) throws(ClientMessage.Problem) {
    guard let kind = message.kind else { return }
    switch viewer.verdict(on: kind) {
    case .allowed: try carryOut(message, of: viewer)
    case .leaves: leaveForGood(viewer)
    case .dropped: break
    case .role:
      if kind == .force, viewer.role == .watch {
        refuse(kind, "You may not take the keyboard from who types.", viewer)
      }
      viewer.terminal.viewers.answer(viewer)
    case .refused:
      refuse(kind, SharingPolicy.Refusal.notAllowed.message, viewer)
      say(.notice(SharingPolicy.Refusal.notAllowed.message))
    case .bad: throw ClientMessage.Problem(reason: "hello was said before")
    }
  }

  private func carryOut(
    _ message: ClientMessage, of viewer: Viewer
  ) throws(ClientMessage.Problem) {
    let viewers = viewer.terminal.viewers
    switch message {
    case .resize(let size):
      dear += 1
      viewer.resize(size)
    case .acknowledge(let output): try acknowledge(output, viewer)
    case .ping(let id):
      viewer.roomIsTold()
      say(.pong(id: id, input: viewer.input.received, room: viewer.room))
    case .break:
      dear += 1
      // It is input like any other.
      if viewers.isHeld { return say(.notice(viewers.requires?.message ?? "")) }
      if !viewer.sendBreak() { say(.notice("This line knows no break.")) }
    case .sending(let count):
      if count == 0 { context.parallel.ended(viewer.terminal) }
    case .control(let force):
      dear += 1
      viewers.control(by: viewer, force: force)
    case .give(let taker):
      dear += 1
      viewers.give(taker, by: viewer)
    case .deny(let asker): viewers.deny(asker, by: viewer)
    case .release:
      dear += 1
      viewers.release(by: viewer)
    case .sees(let sees):
      dear += 1
      viewer.see(sees)
    case .note(let text):
      dear += 1
      if !viewer.note(text) { say(.notice("That was not told: too many notes at a time.")) }
    case .close: viewer.close()
    case .share, .unshare, .links: carryOutLinks(message, of: viewer)
    case .hello, .unknown: break
    }
  }

  private func greet(_ hello: ClientMessage.Hello) {
    if let watched = context.watched { return look(at: watched, hello) }
    do throws(Refusal) {
      guard let resume = hello.resume else {
        let viewer = try context.registry.open(
          context.destination, by: holder, size: hello.size, wish: hello.wish, observer: self)
        // To a shared line that is open it comes late.
        return welcome(viewer, isResumed: viewer.number > 1 || viewer.terminal.isStanding)
      }
      let (terminal, person) = try context.registry.find(resume.terminal, for: holder)
      comeBack(to: terminal, person, hello, resume)
    } catch {
      context.registry.reportRefusal?(error, context.destination, holder)
      fail(ChannelError(error))
    }
  }

  /// A page comes to a terminal that is there, as a viewer that it was or as another one.
  func comeBack(
    to terminal: Terminal, _ person: Person, _ hello: ClientMessage.Hello,
    _ resume: ClientMessage.Resume
  ) {
    do throws(ReturnProblem) {
      let viewer =
        if let number = resume.viewer {
          try terminal.viewers.comeBack(
            as: number, person, self, from: resume.output, size: hello.size, wish: hello.wish)
        } else {
          try terminal.viewers.join(
            person, self, from: resume.output, size: hello.size, wish: hello.wish)
        }
      welcome(viewer, isResumed: true)
    } catch {
      fail(ChannelError(error))
    }
  }

  private func welcome(_ viewer: Viewer, isResumed: Bool) {
    state = .attached(viewer)
    toldRole = viewer.role
    viewer.roomIsTold()
    say(.welcome(ServerMessage.Welcome(viewer, isResumed: isResumed)))
    viewer.output.sizesAreTold()
    for news in early { terminalTells(news) }
    early = []
  }
}

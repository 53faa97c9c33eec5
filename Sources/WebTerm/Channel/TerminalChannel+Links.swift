// How a page comes to a terminal by its ID, and how it invites others there.

import EventLoop

extension TerminalChannel {
  /// Who is at this channel, and from where.
  var holder: Holder { Holder(visitor: context.visitor, address: context.address) }

  // MARK: Coming

  /// A terminal is looked at by its ID, by the right that there is to it now.
  func look(at watched: TerminalID, _ hello: ClientMessage.Hello) {
    guard let resume = hello.resume, resume.terminal == "\(watched)" else {
      return fail(.message("resume must name the terminal of this address"))
    }
    guard let terminal = context.registry.find(watched),
      let right = context.sharing.right(of: context.visitor, to: terminal)
    else { return fail(.unknownTerminal) }
    guard let link = right.link, context.visitor.login == nil else {
      return comeBack(to: terminal, Person(holder, as: right.standing), hello, resume)
    }
    guard let name = hello.name else { return fail(.message("a guest needs a name")) }
    let guest = Person(guest: name, label: link.label, holder, as: right.standing)
    comeBack(to: terminal, guest, hello, resume)
  }

  // MARK: Inviting

  /// Does what a message about links says, whose viewer may.
  func carryOutLinks(_ message: ClientMessage, of viewer: Viewer) {
    dear += 1
    switch message {
    case .share(let request): share(request, viewer)
    case .unshare(let link): unshare(link, viewer.terminal)
    case .links:
      let links = context.sharing.list(
        of: viewer.terminal.place, for: context.visitor, now: UnixTime.now)
      say(.links(links, of: context.visitor.owner))
    default: break
    }
  }

  private func share(_ request: SharedLinkRequest, _ viewer: Viewer) {
    guard viewer.terminal.viewers.admits(.link, of: viewer.person) else {
      return say(.notice("No link was made: too many at a time."))
    }
    do throws(SharingPolicy.Refusal) {
      let (link, token) = try context.sharing.share(
        request, to: viewer.terminal.place, by: context.visitor, now: UnixTime.now)
      say(.shared(link, token: token))
    } catch {
      refuse(.share, error.message, viewer)
      say(.notice(error.message))
    }
  }

  private func unshare(_ number: Int?, _ terminal: Terminal) {
    let link = number.flatMap {
      context.sharing.unshare($0, of: terminal.place, by: context.visitor)
    }
    guard link != nil else { return say(.notice("There is no such link that you may end.")) }
    // Those who have come by it are shown out at once.
    context.sharing.judgeViewers(of: terminal)
  }

  // MARK: What is not theirs

  /// The right by which its viewer has come is gone.
  func leaveRevoked() {
    let isOwn = context.watched == nil
    let why =
      isOwn
      ? "Your login may not use this terminal any more."
      : "You may not look at this terminal any more."
    // Of a terminal that ends with the right, the end is written down.
    if let terminal = viewer?.terminal, terminal.endReason == nil {
      context.registry.reportRefusal?(.forbidden(why), terminal.destination, holder)
    }
    leave(.forbidden(why))
  }

  /// Writes down that a viewer wanted what it may not: once of each kind, however often it asks.
  func refuse(_ kind: MessageKind, _ why: String, _ viewer: Viewer) {
    guard refused.insert(kind).inserted else { return }
    context.registry.reportRefusal?(.forbidden(why), viewer.terminal.destination, holder)
  }
}

// A terminal as the rules of sharing see it, and what becomes of those who are at it when a right is
// another one.

import EventLoop

extension Terminal {
  /// What the rules of sharing need to know of it.
  var place: SharedPlace {
    SharedPlace(id: id, owner: isConsole ? nil : owner, destination: destination)
  }
}

extension SharingPolicy {
  /// By what right a visitor may come to a terminal now; nil where by none.
  func right(of visitor: Visitor, to terminal: Terminal) -> Right? {
    right(of: visitor, to: terminal.place, now: UnixTime.now)
  }

  /// Ends a terminal's links that are over, and judges all its viewers anew: one whose right is
  /// gone is shown out, and one that may type no more watches.
  ///
  /// - Parameters:
  ///   - terminal: The terminal.
  ///   - holds: Whether what a login was proved by still counts.
  func review(_ terminal: Terminal, holds: (Login?) -> Bool) {
    review(terminal.place, now: UnixTime.now, holds: holds)
    judgeViewers(of: terminal, holds: holds)
  }

  /// Judges all viewers of a terminal anew.
  ///
  /// - Parameters:
  ///   - terminal: The terminal.
  ///   - holds: Whether what a login was proved by still counts.
  func judgeViewers(of terminal: Terminal, holds: (Login?) -> Bool = { _ in true }) {
    terminal.viewers.review { person in
      let visitor = person.holder.visitor
      guard let right = right(of: visitor, to: terminal) else { return nil }
      // What lets a guest in is the link alone.
      let isGuest = right.link != nil && visitor.login == nil
      return isGuest || holds(visitor.login) ? right.standing : nil
    }
  }
}

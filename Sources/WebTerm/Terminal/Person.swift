// Who looks at a terminal, and by what right.

import EventLoop

/// A person at a terminal, as others there are told of them.
struct Person {
  /// A login's name, `visitor N`, or what a guest calls itself.
  let who: String
  /// By what right they are here.
  var standing: Standing
  /// Through which browser, and from where.
  let holder: Holder
  /// Whether it has no name but what it calls itself.
  let isGuest: Bool

  /// A visitor of ours, by that right.
  init(_ holder: Holder, as standing: Standing) {
    who = holder.visitor.login?.name.text ?? "visitor \(holder.visitor.number)"
    self.standing = standing
    self.holder = holder
    isGuest = false
  }

  /// A guest, who has a link.
  ///
  /// - Parameters:
  ///   - name: What the guest calls itself.
  ///   - label: The link's.
  ///   - holder: Through which browser, and from where.
  ///   - standing: What the link gives.
  init(guest name: String, label: String, _ holder: Holder, as standing: Standing) {
    who = "\(label.isEmpty ? "guest" : label): \(name)"
    self.standing = standing
    self.holder = holder
    isGuest = true
  }
}

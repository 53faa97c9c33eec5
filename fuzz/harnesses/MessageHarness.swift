// Text messages of a page that is not ours.

@testable import WebTerm

/// The channel's messages and the JSON scanner under them.
enum MessageHarness: Harness {
  static let seeds: [[UInt8]] = [
    #"{"type":"hello","cols":80,"rows":24}"#,
    #"{"type":"hello","cols":80,"rows":24,"resume":{"terminal":"a.0011","output":12,"viewer":1}}"#,
    #"{"type":"resize","cols":1,"rows":1000}"#, #"{"type":"ack","output":0}"#,
    #" { "type" : "ping" , "id" : -7 } "#,
    #"{"type":"close","more":[1,-2.5e+3,true,false,null,{"a":"\u00e9\ud83d\ude00\\\""}]}"#,
    #"{"type":"later"}"#,
    #"{"type":"share","role":"type","seconds":600,"label":"on call","uses":2}"#,
    #"{"type":"unshare","link":"3"}"#,
    #"{"type":"hello","cols":80,"rows":24,"name":"G","resume":{"terminal":"a.0011","output":0}}"#,
  ].map { Array($0.utf8) }

  static func run(_ bytes: [UInt8]) {
    // What is not UTF-8 never comes this far.
    guard String(validating: bytes, as: UTF8.self) != nil else { return }
    guard let message = try? ClientMessage(bytes) else { return }
    switch message {
    case .sending(let count):
      require(count >= 0, "a count is natural")
    case .hello(let hello):
      check(hello.size)
      require(hello.resume.map { $0.output >= 0 } ?? true, "a resume's offset is natural")
      require(
        hello.name.map { (1...40).contains($0.unicodeScalars.count) } ?? true, "a name is short")
    case .resize(let size): check(size)
    case .acknowledge(let output): require(output >= 0, "an acknowledgement is natural")
    case .note(let text):
      require(
        (1...ClientMessage.longestNote).contains(text.unicodeScalars.count), "a note is short")
    case .share(let link):
      require(
        SharedLinkRequest.seconds.contains(link.seconds)
          && SharedLinkRequest.uses.contains(link.uses), "a link is in range")
    case .ping, .close, .break, .control, .give, .deny, .release, .sees, .unshare, .links, .unknown:
      break
    }
  }

  private static func check(_ size: TerminalSize) {
    require(
      (1...1000).contains(size.columns) && (1...1000).contains(size.rows), "a size is in range")
  }
}

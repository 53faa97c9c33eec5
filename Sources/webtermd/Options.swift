// The command line.

import WebTerm

/// What was asked for on the command line.
struct Options: Equatable {
  /// Why a command line cannot be understood.
  struct Problem: Error, Equatable {
    let message: String
  }

  enum Action: Equatable {
    case serve
    case checkConfiguration
    case help
    case version
    /// Fetch the keys of these targets; of all where none is named.
    case scanKeys([String])
    /// Ask the running server.
    case control(ControlCommand)
  }

  var action = Action.serve
  var configurationFile: String?
  var listen: [ListenAddress] = []
  var staticFolder: String?
  var outputFile: String?
  var isConfirmed = false
  /// Whether a list is printed as it came.
  var isRaw = false
  /// Whether a drain is waited for to its end.
  var waits = false
  /// What stands behind `ctl message`.
  private var message: [String] = []
  /// Seconds in which the running server must say something.
  var timeout = 10
  var logFormat: LogSettings.Format?
  var logLevel: LogSettings.Level?

  static let usage = """
    Usage: webtermd [OPTION]...
           webtermd scan-keys [OPTION]... [TARGET]...
           webtermd ctl list|who|message [ID] TEXT|end ID|drain [OPTION]...
    A terminal in the browser to designated ssh and telnet hosts.

      -c, --config FILE      read this configuration (default: ./webtermd.json5 where it and
                             its folder are the caller's own, then
                             /etc/webtermd/webtermd.json5, then a built-in one)
      -l, --listen ADDRESS   listen here instead: HOST:PORT, [IPv6]:PORT or unix:PATH;
                             repeatable, port 0 takes a free one
          --check-config     say what is wrong with the configuration, and end
          --static DIR       where the page's files are
          --log-format FORMAT  text or json
          --log-level LEVEL  debug, info, notice, warning or error
          --help             print this, and end
          --version          print the version, and end

    scan-keys fetches the ssh hosts' keys, shows their fingerprints and, once that is
    confirmed, writes them to the known_hosts files that the configuration names.
      -o, --output FILE      write this file instead
          --yes              write without asking

    ctl asks the running server: list its terminals, or who is at them (--json: a line of
    JSON each), show a message to those who look at one, or at all; end one (--reason: and
    say why), or drain: open nothing more and stop when the last terminal has ended
    (--wait: return when it has stopped).
          --reason TEXT      what is shown to those who look at the terminal that ends
          --timeout SECONDS  give up where the server says nothing for so long (10)

    """

  /// Reads the arguments after the program's name, in GNU's style.
  ///
  /// - Throws: ``Problem`` for an option that is unknown or incomplete.
  init(_ arguments: [String]) throws(Problem) {
    var rest = arguments[...]
    switch rest.first {
    case "scan-keys":
      rest.removeFirst()
      action = .scanKeys([])
    case "ctl":
      rest.removeFirst()
      action = .control(try Self.command(&rest))
    default: break
    }
    while let argument = rest.popFirst() {
      let (name, attached) = Self.split(argument)
      func value() throws(Problem) -> String {
        guard let value = attached ?? rest.popFirst() else {
          throw Problem(message: "option \(name) needs a value")
        }
        return value
      }
      switch name {
      case "-c", "--config": configurationFile = try value()
      case "-l", "--listen": listen.append(try Self.address(try value()))
      case "--static": staticFolder = try value()
      case "--log-format": logFormat = try Self.choice(name, try value())
      case "--log-level": logLevel = try Self.choice(name, try value())
      case "-o",
        "--output" where isScan:
        outputFile = try value()
      case "--yes" where isScan && attached == nil: isConfirmed = true
      case "--check-config", "--help", "--version":
        guard attached == nil else { throw Problem(message: "option \(name) takes no value") }
        action = name == "--help" ? .help : name == "--version" ? .version : .checkConfiguration
        // Help answers whatever else there is.
        if action != .checkConfiguration { return }
      case "--json" where isControl && attached == nil: isRaw = true
      case "--reason" where isEnd:
        if case .control(.end(let id, _)) = action {
          action = .control(.end(id, reason: try Self.text(name, try value())))
        }
      case "--wait" where action == .control(.drain) && attached == nil: waits = true
      case "--timeout" where isControl: timeout = try Self.seconds(try value())
      case _ where isMessage && !argument.hasPrefix("-"): message.append(argument)
      case _ where isScan && !name.hasPrefix("-"):
        if case .scanKeys(let targets) = action { action = .scanKeys(targets + [argument]) }
      default:
        throw Problem(
          message: name.hasPrefix("-") ? "unknown option \(name)" : "unexpected argument \(name)")
      }
    }
    guard isMessage else { return }
    guard let command = ControlCommand.message(message) else {
      throw Problem(message: "ctl message needs \(Self.textRule)")
    }
    action = .control(command)
  }

  private static let textRule = "a text of 1 to 1000 characters that show"

  private static func text(_ name: String, _ text: String) throws(Problem) -> String {
    guard OperatorText.isValid(text) else {
      throw Problem(message: "\(name) needs \(textRule)")
    }
    return text
  }

  private static func command(
    _ rest: inout ArraySlice<String>
  ) throws(Problem) -> ControlCommand {
    switch rest.popFirst() {
    case "list": return .list(.terminals)
    case "who": return .list(.operators)
    // What is said follows among the options.
    case "message": return .message(terminal: nil, text: "")
    case "drain": return .drain
    case "end":
      guard let terminal = rest.popFirst(), !terminal.hasPrefix("-") else {
        throw Problem(message: "ctl end needs a terminal's ID")
      }
      return .end(terminal, reason: nil)
    case let other:
      throw Problem(
        message: "ctl needs list, who, message TEXT, end ID or drain, not \(other ?? "nothing")")
    }
  }

  private static func seconds(_ text: String) throws(Problem) -> Int {
    guard let seconds = Int(text), (1...86400).contains(seconds) else {
      throw Problem(message: "--timeout needs seconds, 1 to 86400, not \(text)")
    }
    return seconds
  }

  private var isControl: Bool { if case .control = action { true } else { false } }

  private var isMessage: Bool {
    if case .control(.message) = action { true } else { false }
  }

  private var isEnd: Bool { if case .control(.end) = action { true } else { false } }

  private var isScan: Bool { if case .scanKeys = action { true } else { false } }

  private static func split(_ argument: String) -> (name: String, value: String?) {
    if argument.hasPrefix("--"), let equals = argument.firstIndex(of: "=") {
      return (String(argument[..<equals]), String(argument[argument.index(after: equals)...]))
    }
    if argument.hasPrefix("-"), !argument.hasPrefix("--"), argument.utf8.count > 2 {
      return (String(argument.prefix(2)), String(argument.dropFirst(2)))
    }
    return (argument, nil)
  }

  private static func address(_ text: String) throws(Problem) -> ListenAddress {
    guard let address = ListenAddress(text), address.socketAddress != nil else {
      throw Problem(
        message: "--listen needs HOST:PORT, [IPv6]:PORT or unix:PATH with an IP address or "
          + "localhost as HOST, not \(text)")
    }
    return address
  }

  private static func choice<C: RawRepresentable & CaseIterable>(
    _ name: String, _ text: String
  ) throws(Problem) -> C where C.RawValue == String {
    guard let choice = C(rawValue: text) else {
      let choices = C.allCases.map(\.rawValue).joined(separator: ", ")
      throw Problem(message: "\(name) needs one of \(choices), not \(text)")
    }
    return choice
  }
}

// The program: command line, configuration, signals. Everything else is WebTerm's.

import EventLoop
import Glibc
import WebTerm

@main
struct Main {
  nonisolated static func main() {
    exit(run(Array(CommandLine.arguments.dropFirst())).rawValue)
  }

  private static func run(_ arguments: [String]) -> ExitCode {
    let options: Options
    do throws(Options.Problem) {
      options = try Options(arguments)
    } catch {
      Output.complain("\(error.message)\nTry 'webtermd --help'.")
      return .usage
    }
    switch options.action {
    case .help:
      Output.write(Options.usage)
      return .ok
    case .version:
      Output.write("webtermd \(Version.number)\n")
      return .ok
    case .checkConfiguration:
      return check(options.withFile)
    case .scanKeys(let targets):
      return scanKeys(options.withFile, targets)
    case .control(let command):
      return control(options.withFile, command)
    case .serve:
      return serve(options.withFile)
    }
  }

  // MARK: Configuration

  private static func check(_ options: Options) -> ExitCode {
    switch load(options) {
    case .success(let configuration):
      return tell(configuration.doubts + configuration.inventoryProblems, of: configuration.source)
    case .failure(let code):
      return code
    }
  }

  /// Says what is wrong and what is odd, and which file was looked at.
  private static func tell(_ problems: [ConfigurationProblem], of file: String) -> ExitCode {
    for problem in problems {
      Output.complain("\(problem.weight == .doubt ? "warning: " : "")\(problem)")
    }
    if problems.contains(where: { $0.weight == .error }) { return .configuration }
    let rest = problems.isEmpty ? "" : " but for \(problems.count) warnings"
    Output.write("\(ConfigurationProblem.printable(file)): all is well\(rest)\n")
    return .ok
  }

  private static func scanKeys(_ options: Options, _ targets: [String]) -> ExitCode {
    switch load(options) {
    case .success(let configuration):
      ScanKeys(
        configuration: configuration, targets: targets, file: options.outputFile,
        isConfirmed: options.isConfirmed
      ).run()
    case .failure(let code): code
    }
  }

  private static func control(_ options: Options, _ command: ControlCommand) -> ExitCode {
    do throws(ConfigurationLoader.Failure) {
      let path = try ConfigurationLoader(file: options.configurationFile, listen: [])
        .controlSocket()
      return ControlClient(
        path: path, isRaw: options.isRaw, waits: options.waits, timeout: options.timeout
      ).run(command)
    } catch {
      return report(error)
    }
  }

  private enum Loaded {
    case success(Configuration)
    case failure(ExitCode)
  }

  private static func load(_ options: Options) -> Loaded {
    do throws(ConfigurationLoader.Failure) {
      return .success(try loadConfiguration(options))
    } catch {
      return .failure(report(error))
    }
  }

  private static func report(_ failure: ConfigurationLoader.Failure) -> ExitCode {
    for line in failure.lines { Output.complain(line) }
    return switch failure {
    case .unreadable(let error): error.code == EACCES ? .noPermission : .missingFile
    case .wrong: .configuration
    }
  }

  private static func loadConfiguration(
    _ options: Options
  ) throws(ConfigurationLoader.Failure) -> Configuration {
    let loader = ConfigurationLoader(file: options.configurationFile, listen: options.listen)
    var configuration = try loader.load()
    configuration.log.format = options.logFormat ?? configuration.log.format
    configuration.log.level = options.logLevel ?? configuration.log.level
    return configuration
  }

  // MARK: Serving

  private static func serve(_ options: Options) -> ExitCode {
    // A reload that is asked for during the start is done after it.
    Signals.hold(SIGHUP)
    let configuration: Configuration
    switch load(options) {
    case .success(let loaded): configuration = loaded
    case .failure(let code): return code
    }
    guard let folder = options.staticFolder ?? StaticFolder.find() else {
      Output.complain("the page's files are not found; name their folder with --static")
      return .missingFile
    }
    for missing in MachineLimits(terminals: configuration.mostTerminals).claim() {
      Output.complain(missing)
    }
    do {
      return try serve(configuration, folder, options)
    } catch let failure as StartFailure {
      return report(failure)
    } catch {
      Output.complain("\(error)")
      return .software
    }
  }

  private static func serve(
    _ configuration: Configuration, _ folder: String, _ options: Options
  ) throws -> ExitCode {
    Heap.returnLargePieces()
    // It will be what asks for an upgrade in place. Until there is one it must not end the
    // terminals.
    signal(SIGUSR2, SIG_IGN)
    let reactor = try Reactor()
    let manager = ServiceManager(reactor: reactor)
    let server = try Server(configuration: configuration, staticFolder: folder, reactor: reactor)
    let signals = try Signals([SIGTERM, SIGINT, SIGHUP], reactor: reactor) { number in
      guard number == SIGHUP else {
        manager.tell(.stopping)
        return server.stop()
      }
      manager.tell(.reloading)
      server.reload { () throws(ConfigurationLoader.Failure) in
        try loadConfiguration(options)
      } done: { isTaken in
        manager.tell(
          .ready(isTaken ? "serving" : "the configuration is broken; the old one stays in force"))
      }
    }
    for address in try server.listen(inherited: manager.passedSockets) {
      let isUnix = if case .unix = address.family { true } else { false }
      Output.write("listening on \(isUnix ? "\(address)" : "http://\(address)/")\n")
    }
    manager.tell(.ready("serving"))
    manager.startWatchdog()
    try reactor.run()
    signals.close()
    server.close()
    return .ok
  }

  private static func report(_ failure: StartFailure) -> ExitCode {
    switch failure {
    case .files(let message):
      Output.complain("a file that it needs: \(message)")
      return .missingFile
    case .exposed(let address):
      Output.complain(
        "\(address) was passed, which strangers can reach, and there is no login: set auth, or insecure: true"
      )
      return .configuration
    case .listen(let error):
      let hint = error.code == EADDRINUSE ? " (by whom, `ss -ltnxp` tells)" : ""
      Output.complain("cannot listen where `listen` says: \(error)\(hint)")
      switch error.code {
      case EACCES, EPERM: return .noPermission
      case ENOENT, ENOTDIR, ENAMETOOLONG: return .cannotCreate
      default: return .unavailable
      }
    }
  }
}

extension Options {
  /// With the file that is read where none is named. It is looked for once: what lies there when a
  /// reload is asked for is not what was started with.
  fileprivate var withFile: Options {
    var options = self
    options.configurationFile = configurationFile ?? StandardFile.find()
    return options
  }
}

// How client programs start: on a thread of their own, since a thread that starts a program stands
// still until it executes.

import CLinux
import EventLoop
import Glibc

/// A client program that is to be started, with all that it takes.
final class ClientOrder: Sendable {
  private let command: ClientCommand
  private let sandbox: Sandbox
  /// Its side of the pty.
  private let terminal: Descriptor
  /// Its standard error; nil where that is its terminal.
  private let standardError: Descriptor?

  /// - Parameters:
  ///   - command: What to run.
  ///   - sandbox: What it is confined by.
  ///   - terminal: Its side of the pty.
  ///   - standardError: Is its standard error; nil where that is its terminal.
  init(
    _ command: ClientCommand, in sandbox: Sandbox, on terminal: consuming Descriptor,
    standardError: consuming Descriptor?
  ) {
    self.command = command
    self.sandbox = sandbox
    self.terminal = terminal
    self.standardError = standardError
  }

  /// Starts it.
  ///
  /// - Returns: Its process ID.
  /// - Throws: What clone(2) or execve(2) says, or the kernel of the sandbox's rules.
  fileprivate func start(_ rules: RulesCache, now: MonotonicInstant) throws(SystemError) -> CInt {
    let program = sandbox.program
    let process: CInt = try sandbox.withRequest(rules, now: now) { sandbox in
      withCStrings(program.leading + command.arguments.dropFirst()) { arguments in
        withCStrings(command.environment) { environment in
          program.executable.withCString { path in
            var request = linux_spawn()
            request.path = path
            request.arguments = arguments
            request.environment = environment
            request.terminal = terminal.number
            request.standard_error = standardErrorNumber
            request.sandbox = sandbox
            let process = linux_spawn_on_pty(&request)
            return process == -1 ? -errno : process
          }
        }
      }
    }
    guard process > 0 else { throw SystemError("clone", code: -process) }
    return process
  }

  private var standardErrorNumber: CInt {
    switch standardError {
    case .some(let standardError): standardError.number
    case nil: -1
    }
  }
}

/// Starts client programs one after another.
///
/// A child begins on its parent's memory, which waits for it to execute: half a millisecond where a
/// processor is free, and many where eighty clients log in at once. The loop does not wait for
/// that; a terminal is open as soon as its pty is.
final class ClientStarter {
  /// What a start came to.
  private enum Outcome: Sendable {
    case started(process: CInt)
    case failed(SystemError)
  }

  private let helper: HelperThread
  private let table: ChildTable
  private let reactor: Reactor
  private let rules = RulesCache()

  /// - Parameters:
  ///   - helper: Waits in place of the loop. Programs are as nice as its thread.
  ///   - table: Where processes are counted.
  ///   - reactor: The loop.
  init(helper: HelperThread, table: ChildTable, reactor: Reactor) {
    self.helper = helper
    self.table = table
    self.reactor = reactor
  }

  /// Keeps nothing ready: it is not needed now.
  func rest() {
    rules.forget()
  }

  /// Starts a program, soon.
  ///
  /// - Parameters:
  ///   - order: Let go of when the program has all that it takes.
  ///   - path: What it is called where it cannot be started.
  ///   - observer: Is told how it ended, or that it could not be started.
  /// - Returns: The process to be.
  /// - Throws: What pthread_create(3) says.
  func start(
    _ order: ClientOrder, path: String, for observer: any ChildObserver
  ) throws(SystemError) -> ChildProcess {
    let child = table.expect(for: observer)
    do throws(SystemError) {
      try helper.run({ [rules, now = reactor.now] () -> Outcome in
        do throws(SystemError) {
          return .started(process: try order.start(rules, now: now))
        } catch {
          return .failed(error)
        }
      }) { [table] outcome in
        switch outcome {
        case .started(let process): table.started(child, as: process)
        case .failed(let error): table.failed(child, Self.sentence(path, error))
        }
      }
    } catch {
      child.terminate()
      table.failed(child, error.reason)
      throw error
    }
    return child
  }

  /// Why a program does not run, for the visitor.
  static func sentence(_ path: String, _ error: SystemError) -> String {
    "Could not start \(path): \(error.reason)."
  }
}

/// Lends strings as C does: an array of pointers that ends with NULL.
private func withCStrings<R>(
  _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> R
) -> R {
  let copies = strings.map { strdup($0) }
  defer { copies.forEach { free($0) } }
  // The array ends with NULL and is never empty, so that the buffer has an address.
  return (copies + [nil]).withUnsafeBufferPointer { body($0.baseAddress!) }
}

// A server from its start to its end: what it consists of is Wiring's, how it ends Shutdown's.

import EventLoop
import Glibc

/// A running server.
package final class Server {
  private let wiring: Wiring
  private let threads: Threads
  private let doors: Doors
  private let connections: Connections
  private let reloading: Reload
  private let shutdown: Shutdown

  /// - Parameters:
  ///   - configuration: Checked.
  ///   - staticFolder: Where the page's files are.
  ///   - reactor: The loop that it lives on.
  /// - Throws: ``StartFailure``.
  package init(
    configuration: Configuration, staticFolder: String, reactor: Reactor
  ) throws(StartFailure) {
    // What starts us may ignore its children's ends; ours must stay to be reaped.
    signal(SIGCHLD, SIG_DFL)
    // A peer that is gone shows as EPIPE where we write, not as a signal.
    signal(SIGPIPE, SIG_IGN)
    let factory: RemoteFactory
    do {
      threads = try Threads(reactor: reactor)
      factory = try RemoteFactory(
        RemoteFactory.Material(configuration), reactor: reactor, resolver: threads.names,
        spawns: threads.spawns)
    } catch {
      throw .listen(error)
    }
    do {
      wiring = try Wiring(
        Material(configuration), files: StaticFiles(folder: staticFolder), maker: factory,
        threads: threads, reactor: reactor)
    } catch {
      throw .files("\(error)")
    }
    doors = Doors(reactor: reactor)
    connections = Connections(wiring, reactor: reactor)
    reloading = Reload(wiring, factory, helper: threads.files)
    shutdown = Shutdown(
      wiring.registry, connections, factory, wiring.chronicle, reactor: reactor)
    wiring.registry.events.add(shutdown)
    shutdown.ended = { [unowned self] in end() }
    reactor.unaskedObserver = { [unowned wiring] readiness in
      wiring.chronicle.log.write(
        .debug, "an event that nothing asked for",
        [("events", "0x\(readiness.rawValue.hex(digits: 1))")])
    }
  }

  /// Listens on every configured address, or on the sockets that a service manager has passed.
  ///
  /// - Parameter inherited: Descriptors of sockets that listen already; none as a rule.
  /// - Returns: Where, with the ports that the system chose.
  /// - Throws: ``StartFailure/listen(_:)``, ``StartFailure/exposed(_:)``.
  package func listen(inherited: [CInt] = []) throws(StartFailure) -> [SocketAddress] {
    let (configuration, log) = (wiring.site.configuration, wiring.chronicle.log)
    log.write(.info, "configuration", [("file", configuration.source)])
    reloading.tellOfGaps()
    wiring.catalogs.tellOfProblems()
    wiring.catalogs.follow()
    let addresses = try doors.open(configuration, inherited: inherited, observer: connections)
    doors.openControl(configuration.control, wiring, shutdown)
    wiring.consoles.take(wiring.site.catalog.standing)
    return addresses
  }

  /// Takes another configuration; live terminals go on.
  ///
  /// - Parameters:
  ///   - load: Loads the configuration.
  ///   - done: Told whether it was taken.
  package func reload(
    _ load: @escaping @Sendable () throws(ConfigurationLoader.Failure) -> Configuration,
    done: @escaping (Bool) -> Void
  ) {
    reloading.start(load, done: done)
  }

  /// Ends everything in good order and then the loop.
  package func stop() { shutdown.stop() }

  private func end() {
    wiring.close()
    threads.close()
    doors.close()
  }

  /// Waits for a moment until the last lines of the logs are written.
  package func close() { threads.drain() }
}

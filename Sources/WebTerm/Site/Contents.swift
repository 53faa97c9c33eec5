// What is behind the gates: pages, files, and the server's state.

import EventLoop

/// Answers requests that may have what they ask for.
final class Contents {
  private let site: Site
  private let pages: VisitorPages
  private let lister: DeviceLister
  private let scrapes: Scrapes
  private let registry: TerminalRegistry
  private let watch: WatchGate

  /// - Parameters:
  ///   - site: Has the page's files.
  ///   - pages: Are made for each visit.
  ///   - lister: Lists the targets.
  ///   - scrapes: Report the server's state.
  ///   - registry: Says whether the server is draining.
  ///   - watch: Answers for terminals by their IDs.
  init(
    _ site: Site, _ pages: VisitorPages, _ lister: DeviceLister, _ scrapes: Scrapes,
    _ registry: TerminalRegistry, _ watch: WatchGate
  ) {
    self.site = site
    self.pages = pages
    self.lister = lister
    self.scrapes = scrapes
    self.registry = registry
    self.watch = watch
  }

  /// Whether the server opens nothing more.
  var isDraining: Bool { registry.isDraining }

  /// The target of that name that a reload has removed, where the visitor has terminals of it.
  func formerTarget(_ name: String, of visitor: Visitor?) -> Target? {
    visitor.flatMap { visitor in
      registry.terminals(of: visitor.owner).last { $0.destination.target.name == name }
    }?.destination.target
  }

  func answer(_ request: RequestHead, _ route: Route, _ visit: Visit) -> Answer {
    switch route {
    case .directory: return .response(pages.directory(visit, request))
    case .devices: return devices(request, pages.view(of: visit))
    case .workspace: return .response(pages.workspace(visit, request))
    case .operate: return .response(pages.operate(request, visit))
    case .terminal(let destination):
      return .response(pages.terminal(destination, request, visit))
    case .watch(let id):
      return .response(
        request.method == "POST"
          ? watch.open(id, request, visit) : watch.page(id, request, visit))
    case .file(let path):
      return .response(
        site.files.response(path, to: request)
          ?? site.problems.answer(.notFound, "There is no such file.", to: request))
    case .health:
      return .response(
        isDraining
          ? Response(.unavailable, text: "draining\n") : Response(.ok, text: "ok\n"))
    case .metrics:
      guard visit.caller.mayReadMetrics else {
        return .response(
          site.problems.answer(.forbidden, "Metrics are not shown to you.", to: request))
      }
      return metrics()
    case .problem(let status, let message), .noTerminal(let status, let message):
      return .response(site.problems.answer(status, message, to: request))
    }
  }

  private func devices(_ request: RequestHead, _ view: Audiences.View) -> Answer {
    .pending { [site, lister] done in
      lister.list(view, of: site.catalog) { list in
        done {
          .response(
            list?.response(to: request)
              ?? site.problems.answer(.unavailable, "The list cannot be made.", to: request))
        }
      }
      return nil
    }
  }

  private func metrics() -> Answer {
    .pending { [scrapes] done in
      scrapes.ask { text in
        let type = "text/plain; version=0.0.4; charset=utf-8"
        done { .response(Response(.ok, contentType: type, body: text)) }
      }
      return nil
    }
  }
}

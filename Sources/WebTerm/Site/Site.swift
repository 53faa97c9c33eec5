// What requests are answered from: the configuration and what was made from it.

/// The site as it is now. A reload replaces all of it but the page's files; the services that live
/// on are told by `Reload`.
final class Site {
  private(set) var configuration: Configuration
  private(set) var catalog: Catalog
  private(set) var router: Router
  private(set) var pages: Pages
  private(set) var origins: OriginRules
  let files: StaticFiles

  /// - Parameters:
  ///   - configuration: Checked.
  ///   - catalog: Its targets, and those of the files that it names.
  ///   - files: The page's.
  /// - Throws: ``Pages/MissingTemplate`` where the page's files are not complete.
  init(
    _ configuration: Configuration, _ catalog: Catalog, files: StaticFiles
  ) throws(Pages.MissingTemplate) {
    self.configuration = configuration
    self.catalog = catalog
    self.files = files
    router = Router(configuration, catalog.targets)
    pages = try Pages(files: files, basePath: configuration.basePath)
    origins = OriginRules(origins: configuration.origins)
  }

  /// Takes a new configuration. The catalog of the former one stays until the new one's is put in
  /// place.
  ///
  /// - Throws: ``Pages/MissingTemplate``; nothing has changed then.
  func reload(_ configuration: Configuration) throws(Pages.MissingTemplate) {
    pages = try Pages(files: files, basePath: configuration.basePath)
    origins = OriginRules(origins: configuration.origins)
    self.configuration = configuration
  }

  /// Puts other targets in place.
  ///
  /// - Returns: The former catalog, of which this was the owner.
  func replace(_ catalog: Catalog) -> Catalog {
    let former = self.catalog
    self.catalog = catalog
    router = Router(configuration, catalog.targets)
    return former
  }

  /// Answers that say what is wrong.
  var problems: Problems { Problems(pages) }
}

extension Router {
  fileprivate init(_ configuration: Configuration, _ targets: TargetTable) {
    self.init(
      basePath: configuration.basePath, targets: targets, standard: configuration.targets.first,
      hasLogins: configuration.login.mode != .none)
  }
}

// Which version this is.

/// The product's version.
package enum Version {
  /// Semantic version, as in CHANGELOG.md.
  package static let number = "0.1.0"
}

// How the page's files are served: by tag, and compressed where that is accepted.

extension StaticFiles {
  /// The answer to a request for a file; nil where there is none of that path.
  func response(_ path: String, to request: RequestHead) -> Response? {
    // Templates are no files of the page's.
    guard let file = self[path], !path.hasPrefix("pages/") else { return nil }
    let usesGzip = file.gzipped != nil && request.acceptsGzip
    let tag = usesGzip ? file.tag.replacing("-", with: "g") : file.tag
    let isKnown = request.list("if-none-match").contains { $0 == "*" || $0.hasSuffix(tag) }
    var response = Response(
      isKnown ? .notModified : .ok, contentType: file.contentType,
      body: isKnown ? [] : (usesGzip ? file.gzipped ?? file.bytes : file.bytes),
      cacheControl: "no-cache")
    response.head.add("ETag", tag)
    if file.gzipped != nil { response.head.add("Vary", "Accept-Encoding") }
    if usesGzip { response.head.add("Content-Encoding", "gzip") }
    return response
  }
}

extension RequestHead {
  /// Whether gzip is acceptable (RFC 9110, section 12.5.3); a weight of zero says that it is not.
  var acceptsGzip: Bool {
    list("accept-encoding").contains { element in
      let parts = element.asciiLowercased.split(atByte: ";").map { $0.trimmingBlanks() }
      guard let coding = parts.first, coding == "gzip" || coding == "*" else { return false }
      return !parts.dropFirst().contains { ["q=0", "q=0.0", "q=0.00", "q=0.000"].contains($0) }
    }
  }
}

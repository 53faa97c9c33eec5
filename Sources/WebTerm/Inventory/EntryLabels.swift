// The labels of one entry of an inventory, with what its address adds.

/// The labels of an entry for one of its addresses.
struct EntryLabels {
  let own: [String: String]
  /// The address as it stands in the file.
  let text: String
  let address: EntryAddress

  subscript(name: String) -> String? {
    switch name {
    case "__address__": text
    case "host": own[name] ?? address.host
    case "port": own[name] ?? address.port
    case "instance": own[name] ?? text
    default: own[name]
    }
  }
}

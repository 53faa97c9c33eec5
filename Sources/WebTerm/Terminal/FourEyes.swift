// A target's rule that one types only while another one looks on.

/// Those of whom one must look on while another one types.
struct FourEyes {
  /// What they are called.
  let group: String
  /// Whether a person is one of them.
  let includes: (Person) -> Bool

  /// What the typist is told while none of them is there.
  var message: String { "Nothing is typed until \(group) looks on." }
}

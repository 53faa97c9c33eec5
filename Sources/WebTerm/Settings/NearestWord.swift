// What a misspelt key was probably meant to be.

/// Finds the word that is most like another one.
enum NearestWord {
  /// The nearest of some words.
  ///
  /// - Parameters:
  ///   - word: What was written.
  ///   - words: What would mean something.
  /// - Returns: Nil where none is near: at most every third letter may be another one, missing or
  ///   one too many.
  static func of(_ word: String, among words: [String]) -> String? {
    let written = Array(word.lowercased().utf8.prefix(64))
    var best: (word: String, distance: Int)?
    for candidate in words {
      let distance = distance(written, Array(candidate.lowercased().utf8))
      guard distance <= max(1, candidate.utf8.count / 3), distance < best?.distance ?? .max else {
        continue
      }
      best = (candidate, distance)
    }
    return best?.word
  }

  /// How many letters must be changed, added or taken away (Levenshtein), two that are swapped
  /// counting once.
  private static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var former: [Int] = []
    var row = Array(0...b.count)
    for i in a.indices {
      var next = [i + 1]
      for j in b.indices {
        var least = min(row[j + 1] + 1, next[j] + 1, row[j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
          least = min(least, former[j - 1] + 1)
        }
        next.append(least)
      }
      former = row
      row = next
    }
    return row[b.count]
  }
}

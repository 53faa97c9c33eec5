// Characters of several code points on a screen: marks that are put on, and how many there may be.

extension Screen {
  /// The most code points in a cell: who stacks more marks is not writing any more.
  static let longestCluster = 64
  /// The most clusters that are kept, those counted that others begin with; beyond them a character
  /// goes without its marks.
  static let mostClusters = 32768

  /// Puts a code point behind what a cell has.
  mutating func addMark(_ code: UInt32, _ width: Int, _ column: Int) {
    let cell = active.grid[active.y, column]
    guard !cell.isEmpty else {
      active.grid[active.y, column] = Cell(code: code, width: width, look: cell.look)
      return
    }
    let length = cell.isCluster ? clusters[cell.code].count : 1
    var wider = cell
    wider.width = width
    if length < Self.longestCluster {
      spend(WorkBudget.hashed)
      if clusters.count < Self.mostClusters {
        let cluster = Cluster(former: cell.character, last: code, count: length + 1)
        wider = Cell(cluster: clusters.number(of: cluster), width: width, look: cell.look)
      } else {
        clustersMissed += 1
      }
      if clusters.count + clustersMissed > looksAtClusters { isLookDue = true }
    }
    active.grid[active.y, column] = wider
  }

  /// A cell's code points, in order.
  func codes(_ cell: Cell) -> [UInt32] {
    var codes: [UInt32] = []
    var character = cell.character
    while character & Cell.clusterBit != 0 {
      let cluster = clusters[character & ~Cell.clusterBit]
      codes.append(cluster.last)
      character = cluster.former
    }
    codes.append(character)
    codes.reverse()
    return codes
  }

  /// A cell's first code point.
  func firstCode(_ cell: Cell) -> UInt32 {
    var character = cell.character
    while character & Cell.clusterBit != 0 {
      character = clusters[character & ~Cell.clusterBit].former
    }
    return character
  }
}

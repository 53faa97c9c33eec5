// What is taken out in order, a piece at a time.

/// A binary heap: adding one and taking the least costs log n, so that an order is made in as many
/// pieces as one likes.
struct MinimumHeap<Element: Comparable> {
  private var elements: [Element] = []

  mutating func add(_ element: Element) {
    elements.append(element)
    var index = elements.count - 1
    while index > 0, elements[index] < elements[(index - 1) / 2] {
      elements.swapAt(index, (index - 1) / 2)
      index = (index - 1) / 2
    }
  }

  /// Takes the least; nil where there is none left.
  mutating func takeLeast() -> Element? {
    guard let last = elements.popLast() else { return nil }
    guard let least = elements.first else { return last }
    elements[0] = last
    var index = 0
    while true {
      var smallest = index
      for child in [2 * index + 1, 2 * index + 2] where child < elements.count {
        if elements[child] < elements[smallest] { smallest = child }
      }
      if smallest == index { return least }
      elements.swapAt(index, smallest)
      index = smallest
    }
  }
}

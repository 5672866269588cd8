import HTTPSemantics

/// Something that happens at an instant, and does not change it while it is in a ``DueList``.
protocol Timed: AnyObject {
    var due: Instant { get }
}

/// What is to come, the latest first, so that the next one is the last.
///
/// Most of what comes in is later than all the rest, for it waits equally long: it is found with few looks.
struct DueList<Element: Timed> {
    private var elements: [Element] = []

    var next: Instant? { elements.last?.due }

    mutating func insert(_ element: Element) { elements.insert(element, at: position(of: element.due)) }

    /// Takes the element out; false if it is not here.
    mutating func remove(_ element: Element) -> Bool {
        var index = position(of: element.due)
        while index < elements.count, elements[index].due == element.due {
            if elements[index] === element {
                elements.remove(at: index)
                return true
            }
            index += 1
        }
        return false
    }

    /// Takes out the next one that is due.
    mutating func takeDue(at now: Instant) -> Element? {
        guard let last = elements.last, last.due <= now else { return nil }
        return elements.removeLast()
    }

    mutating func takeAll() -> [Element] {
        defer { elements = [] }
        return elements
    }

    /// Of the first that is not later.
    private func position(of due: Instant) -> Int {
        var low = 0
        var high = elements.count
        while low < high {
            let middle = (low + high) / 2
            if elements[middle].due > due { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

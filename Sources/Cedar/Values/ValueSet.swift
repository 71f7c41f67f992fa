/// A Cedar set: no order, no repeats.
package final class ValueSet: Sendable {
    /// The elements without repeats, in the order of their first appearance.
    package let elements: [Value]
    /// For quick search; nil where a walk over the elements is quicker.
    private let table: Set<Value>?

    package init(_ elements: [Value]) {
        if elements.count > 8 {
            var seen = Set<Value>(minimumCapacity: elements.count)
            self.elements = elements.filter { seen.insert($0).inserted }
            self.table = seen
        } else {
            var kept: [Value] = []
            kept.reserveCapacity(elements.count)
            for element in elements where !kept.contains(element) { kept.append(element) }
            self.elements = kept
            self.table = nil
        }
    }

    package var count: Int { elements.count }
    package var isEmpty: Bool { elements.isEmpty }

    package func contains(_ value: Value) -> Bool {
        table?.contains(value) ?? elements.contains(value)
    }

    func isSuperset(of other: ValueSet) -> Bool {
        other.count <= count && other.elements.allSatisfy(contains)
    }

    func intersects(_ other: ValueSet) -> Bool {
        count < other.count ? elements.contains(where: other.contains) : other.elements.contains(where: contains)
    }
}

extension ValueSet: Hashable {
    package static func == (left: ValueSet, right: ValueSet) -> Bool {
        left === right || (left.count == right.count && left.isSuperset(of: right))
    }

    package func hash(into hasher: inout Hasher) {
        // The sum does not depend on the order.
        hasher.combine(elements.reduce(0) { $0 &+ $1.hashValue })
    }
}

extension ValueSet: CustomStringConvertible {
    package var description: String { "[" + elements.map(\.description).joined(separator: ", ") + "]" }
}

/// The names of a record's fields, in order and without repeats.
struct FieldNames: Hashable, Sendable {
    let names: [Text]

    @inline(__always)
    func index(of name: Text) -> Int? {
        names.count <= 8 ? names.firstIndex(of: name) : search(name)
    }

    private func search(_ name: Text) -> Int? {
        var low = 0
        var high = names.count
        while low < high {
            let middle = (low + high) / 2
            if names[middle] == name { return middle }
            if names[middle] < name { low = middle + 1 } else { high = middle }
        }
        return nil
    }
}

/// Decides when a folder is to be read again: when it has changed and has then stayed the same from one look to the
/// next, so that no set is read while somebody is still copying its files. Half a set can be good Cedar and lack every
/// `forbid`.
struct PolicyWatch<Stamp: Equatable> {
    private var settled: Stamp
    private var last: Stamp

    init(_ stamp: Stamp) { (settled, last) = (stamp, stamp) }

    /// - Returns: whether to read now. It says so once for each change, whatever comes of the reading.
    mutating func sees(_ stamp: Stamp) -> Bool {
        defer { last = stamp }
        guard stamp != settled, stamp == last else { return false }
        settled = stamp
        return true
    }
}

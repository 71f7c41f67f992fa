/// Where the access log's lines go.
package protocol AccessLogSink: Sendable {
    /// Whole lines, one JSON object each. Called on event loops, a few times a second, so it may not wait for anybody
    /// but the disk.
    func write(_ lines: UnsafeRawBufferPointer)
}

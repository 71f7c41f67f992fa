/// The resources one run gets, the same for everybody it is compared with.
package struct Envelope: Hashable, Sendable, Codable {
    /// Thousandths of a core.
    package var cpuMillicores: Int
    /// Bytes, with no swap beside them.
    package var memory: Int64
    /// Processes and threads together.
    package var processes: Int
    /// Bytes of the private temporary directory.
    package var scratch: Int64
    /// Seconds from start to the first healthy answer.
    package var startSeconds: Int
    /// Seconds one call may take.
    package var callSeconds: Int

    package init(
        cpuMillicores: Int, memory: Int64, processes: Int, scratch: Int64, startSeconds: Int, callSeconds: Int
    ) {
        self.cpuMillicores = cpuMillicores
        self.memory = memory
        self.processes = processes
        self.scratch = scratch
        self.startSeconds = startSeconds
        self.callSeconds = callSeconds
    }

    /// Enough for a scikit-learn or rpart model, and not for more.
    package static let standard = Envelope(
        cpuMillicores: 1000, memory: 512 << 20, processes: 64, scratch: 64 << 20, startSeconds: 60, callSeconds: 10)
}

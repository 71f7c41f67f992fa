internal import BedelDomain

/// Which file of a control group gets which value for an envelope. Version 1 and 2 say the same in other words.
struct CgroupLimits: Equatable {
    struct Setting: Equatable {
        var controller: CgroupController
        var file: String
        var value: String
        /// Absent on some kernels (swap accounting); leaving it out weakens nothing that is not reported.
        var optional = false
    }

    let settings: [Setting]

    init(_ envelope: Envelope, unified: Bool) {
        let period = 100_000
        let quota = max(1000, envelope.cpuMillicores * period / 1000)
        let memory = String(envelope.memory)
        settings =
            unified
            ? [
                Setting(controller: .memory, file: "memory.max", value: memory),
                Setting(controller: .memory, file: "memory.swap.max", value: "0", optional: true),
                Setting(controller: .memory, file: "memory.oom.group", value: "1", optional: true),
                Setting(controller: .cpu, file: "cpu.max", value: "\(quota) \(period)"),
                Setting(controller: .pids, file: "pids.max", value: String(envelope.processes)),
            ]
            : [
                Setting(controller: .memory, file: "memory.limit_in_bytes", value: memory),
                // Memory and swap together: the same value leaves no swap.
                Setting(controller: .memory, file: "memory.memsw.limit_in_bytes", value: memory, optional: true),
                Setting(controller: .memory, file: "memory.swappiness", value: "0", optional: true),
                Setting(controller: .cpu, file: "cpu.cfs_period_us", value: String(period)),
                Setting(controller: .cpu, file: "cpu.cfs_quota_us", value: String(quota)),
                Setting(controller: .pids, file: "pids.max", value: String(envelope.processes)),
            ]
    }
}

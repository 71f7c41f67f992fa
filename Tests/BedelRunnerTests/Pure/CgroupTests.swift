import BedelDomain
import Testing

@testable import BedelRunner

@Suite("Control groups")
struct CgroupTests {
    @Test func separateTreesAreFoundWithTheirOwnPaths() {
        let hierarchy = CgroupHierarchy(
            membership: "9:name=systemd:/\n8:pids:/user\n4:memory:/a/b\n2:cpu,cpuacct:/\n0::/\n",
            mounts: """
                30 25 0:26 / /sys/fs/cgroup/cpu rw,relatime shared:9 - cgroup cgroup rw,cpu,cpuacct
                31 25 0:27 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
                32 25 0:28 /user /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids
                33 25 0:29 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw
                """)
        #expect(
            hierarchy
                == .separate([
                    .memory: "/sys/fs/cgroup/memory/a/b", .cpu: "/sys/fs/cgroup/cpu", .pids: "/sys/fs/cgroup/pids",
                ]))
    }

    @Test func theUnifiedTreeIsFound() {
        let hierarchy = CgroupHierarchy(
            membership: "0::/system.slice/bedel.service\n",
            mounts: "29 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate")
        #expect(hierarchy == .unified(path: "/sys/fs/cgroup/system.slice/bedel.service"))
    }

    @Test(arguments: ["", "nonsense", "1 2 3 - x"])
    func nothingMountedIsNone(_ mounts: String) {
        #expect(CgroupHierarchy(membership: "0::/", mounts: mounts) == .none)
    }

    @Test func bothVersionsSetTheSameLimitsWithoutSwap() {
        let one = CgroupLimits(.standard, unified: false).settings
        let two = CgroupLimits(.standard, unified: true).settings
        #expect(one.contains(.init(controller: .memory, file: "memory.limit_in_bytes", value: "536870912")))
        #expect(one.contains { $0.file == "memory.memsw.limit_in_bytes" && $0.value == "536870912" })
        #expect(one.contains(.init(controller: .cpu, file: "cpu.cfs_quota_us", value: "100000")))
        #expect(two.contains(.init(controller: .memory, file: "memory.max", value: "536870912")))
        #expect(two.contains { $0.file == "memory.swap.max" && $0.value == "0" })
        #expect(two.contains(.init(controller: .cpu, file: "cpu.max", value: "100000 100000")))
        for settings in [one, two] { #expect(settings.contains { $0.file == "pids.max" && $0.value == "64" }) }
    }

    @Test func killsAreCountedFromBothVersionsFiles() {
        #expect(ControlGroup.value(of: "oom_kill", in: "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n") == 2)
        #expect(ControlGroup.value(of: "oom_kill", in: "low 0\nhigh 0\nmax 31\noom 1\noom_kill 1\n") == 1)
        #expect(ControlGroup.value(of: "oom_kill", in: "") == 0)
    }
}

internal import BedelDomain
internal import Glibc

/// The machine's control groups as far as we may use them: found once, then a group for each instance.
///
/// Calls here touch the cgroup file system and may block; they belong on a thread pool.
struct ControlGroups: Sendable {
    /// A parent for our groups, for each controller that can be used.
    let parents: [CgroupController: String]
    let unified: Bool
    /// Why a controller cannot be used.
    let missing: [CgroupController: String]

    /// Looks at this machine and makes the parent groups.
    /// - Parameter name: of the parent; two Bedels on one machine need two.
    static func detect(name: String) -> ControlGroups {
        let membership = SmallFile.read("/proc/self/cgroup") ?? ""
        let mounts = SmallFile.read("/proc/self/mountinfo") ?? ""
        return switch CgroupHierarchy(membership: membership, mounts: mounts) {
        case .none: unusable("no control groups are mounted", unified: false)
        case .separate(let own): separate(own, name: name)
        case .unified(let own): unified(own, name: name)
        }
    }

    /// `cgroup v1`, `cgroup v2` or `no cgroups`.
    var description: String { parents.isEmpty ? "no cgroups" : unified ? "cgroup v2" : "cgroup v1" }

    /// Makes the group of one instance, with its limits set and nobody in it.
    /// - Throws: `unavailable` when a limit that this machine has cannot be set.
    func make(_ name: String, envelope: Envelope) throws(BedelError) -> ControlGroup {
        let group = ControlGroup(directories: parents.mapValues { "\($0)/\(name)" }, unified: unified)
        for directory in group.uniqueDirectories where mkdir(directory, 0o755) != 0 && errno != EEXIST {
            throw Self.unavailable("mkdir \(directory): errno \(errno)")
        }
        for setting in CgroupLimits(envelope, unified: unified).settings {
            guard let directory = group.directories[setting.controller] else { continue }
            let path = "\(directory)/\(setting.file)"
            guard SmallFile.write(setting.value, to: path) || setting.optional else {
                group.remove()
                throw Self.unavailable("cannot write \(setting.value) to \(path): errno \(errno)")
            }
        }
        return group
    }

    /// Ends and removes what an earlier run of this Bedel left behind.
    func sweep() {
        for parent in Set(parents.values) {
            for name in SmallFile.names(in: parent) where SmallFile.isDirectory("\(parent)/\(name)") {
                let directories = parents.mapValues { "\($0)/\(name)" }
                let group = ControlGroup(directories: directories, unified: unified)
                group.signalAll(SIGKILL)
                group.remove()
            }
        }
    }

    /// Removes the parents; for the end of the process, when every instance is gone.
    func close() {
        for parent in Set(parents.values) { rmdir(parent) }
    }

    private static func separate(_ own: [CgroupController: String], name: String) -> ControlGroups {
        var parents: [CgroupController: String] = [:]
        var missing: [CgroupController: String] = [:]
        for controller in CgroupController.allCases {
            guard let base = own[controller] else {
                missing[controller] = "the \(controller.rawValue) controller is not mounted"
                continue
            }
            let parent = "\(base)/\(name)"
            if mkdir(parent, 0o755) == 0 || errno == EEXIST, access(parent, W_OK) == 0 {
                parents[controller] = parent
            } else {
                missing[controller] = "no permission to make a \(controller.rawValue) control group"
            }
        }
        return ControlGroups(parents: parents, unified: false, missing: missing)
    }

    /// In the unified tree a group with limits on its children holds no processes itself, so ours move aside first.
    private static func unified(_ own: String, name: String) -> ControlGroups {
        let wanted = CgroupController.allCases.map { "+\($0.rawValue)" }
        guard access(own, W_OK) == 0 else {
            return unusable("the control group \(own) is not delegated to this user", unified: true)
        }
        if !enable(wanted, in: own) {
            moveAside(own)
            guard enable(wanted, in: own) else {
                return unusable("the controllers cannot be enabled in \(own)", unified: true)
            }
        }
        let parent = "\(own)/\(name)"
        guard mkdir(parent, 0o755) == 0 || errno == EEXIST, enable(wanted, in: parent) else {
            return unusable("no permission to make a control group in \(own)", unified: true)
        }
        let parents = Dictionary(uniqueKeysWithValues: CgroupController.allCases.map { ($0, parent) })
        return ControlGroups(parents: parents, unified: true, missing: [:])
    }

    private static func enable(_ controllers: [String], in group: String) -> Bool {
        let already = (SmallFile.read("\(group)/cgroup.subtree_control") ?? "").split(whereSeparator: \.isWhitespace)
        let needed = controllers.filter { !already.contains($0.dropFirst()) }
        return needed.isEmpty
            || SmallFile.write(needed.joined(separator: " "), to: "\(group)/cgroup.subtree_control")
    }

    private static func moveAside(_ own: String) {
        let aside = "\(own)/bedel-itself"
        mkdir(aside, 0o755)
        for process in (SmallFile.read("\(own)/cgroup.procs") ?? "").split(separator: "\n") {
            _ = SmallFile.write(String(process), to: "\(aside)/cgroup.procs")
        }
    }

    private static func unusable(_ reason: String, unified: Bool) -> ControlGroups {
        let missing = Dictionary(uniqueKeysWithValues: CgroupController.allCases.map { ($0, reason) })
        return ControlGroups(parents: [:], unified: unified, missing: missing)
    }

    private static func unavailable(_ detail: String) -> BedelError {
        BedelError(.unavailable, "The model cannot be started here now.", next: "Try again later.", detail: detail)
    }
}

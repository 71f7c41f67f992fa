/// Where this process's control groups are: read from `/proc/self/cgroup` and `/proc/self/mountinfo` (cgroups(7)).
enum CgroupHierarchy: Equatable {
    /// One tree; the path of our own group.
    case unified(path: String)
    /// One tree per controller; the path of our own group in each that is mounted.
    case separate([CgroupController: String])
    case none

    /// - Parameters:
    ///   - membership: the text of `/proc/self/cgroup`.
    ///   - mounts: the text of `/proc/self/mountinfo`.
    init(membership: String, mounts: String) {
        let groups = Self.groups(membership)
        var separate: [CgroupController: String] = [:]
        var unified: String?
        for mount in mounts.split(separator: "\n").compactMap(Mount.init) {
            if mount.type == "cgroup2", let own = groups[""] { unified = mount.path(of: own) }
            guard mount.type == "cgroup" else { continue }
            for controller in CgroupController.allCases where mount.options.contains(controller.rawValue) {
                if let own = groups[controller.rawValue] { separate[controller] = mount.path(of: own) }
            }
        }
        // A machine with both uses the separate trees for the controllers we need, or it would not have them mounted.
        if !separate.isEmpty {
            self = .separate(separate)
        } else if let unified {
            self = .unified(path: unified)
        } else {
            self = .none
        }
    }

    /// Controller (or "" for the unified tree) to path within its tree.
    private static func groups(_ membership: String) -> [String: String] {
        var groups: [String: String] = [:]
        for line in membership.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { continue }
            for name in parts[1].split(separator: ",", omittingEmptySubsequences: false) {
                groups[String(name)] = String(parts[2])
            }
        }
        return groups
    }

    /// One line of mountinfo: what is mounted where.
    private struct Mount {
        let root: String
        let target: String
        let type: Substring
        let options: [String]

        init?(_ line: Substring) {
            let fields = line.split(separator: " ")
            guard let dash = fields.firstIndex(of: "-"), dash >= 6, fields.count > dash + 3 else { return nil }
            root = String(fields[3])
            target = String(fields[4])
            type = fields[dash + 1]
            options = fields[dash + 3].split(separator: ",").map(String.init)
        }

        /// The mount may show only a part of the tree, as in a container.
        func path(of group: String) -> String {
            let inside = root != "/" && group.hasPrefix(root) ? String(group.dropFirst(root.count)) : group
            return inside == "/" || inside.isEmpty ? target : target + inside
        }
    }
}

enum CgroupController: String, CaseIterable, Sendable { case memory, cpu, pids }

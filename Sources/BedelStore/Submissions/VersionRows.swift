internal import BedelDomain

enum ModelRows {
    static let select: SQL = """
        SELECT m.id, p.name AS profile, m.name, m.owner_id, u.login AS owner_login, a.name AS assignment, m.created_at,
            m.retired_at
        FROM models m JOIN profiles p ON p.id = m.profile_id JOIN users u ON u.id = m.owner_id
            LEFT JOIN assignments a ON a.id = m.assignment_id
        """
}

enum VersionRows {
    static let select: SQL = """
        SELECT v.id, v.model_id, p.name AS profile, m.name AS model, m.owner_id, u.login AS owner_login, v.number,
            v.bundle, v.size, v.runtime, v.entry, v.requirements, v.source, v.git_commit, v.received_at, v.sequence,
            v.state, v.environment, v.fault
        FROM versions v JOIN models m ON m.id = v.model_id JOIN profiles p ON p.id = m.profile_id
            JOIN users u ON u.id = m.owner_id
        """

    /// The newest ready version of a model that is not retired, in a profile that is not paused, over or gone.
    static let isCurrent: SQL = """
        p.state = 'active' AND p.deleted_at IS NULL AND m.retired_at IS NULL AND v.state = 'ready' AND v.number = (
            SELECT max(n.number) FROM versions n WHERE n.model_id = v.model_id AND n.state = 'ready')
        """

    /// Whether the quotas of today have room for an instance of it: the models that were there first stay.
    static let hasPlace: SQL = {
        let envelope = Envelope.standard
        let cpu = Int64(envelope.cpuMillicores)
        return """
            (SELECT count(*) FROM models f WHERE f.profile_id = m.profile_id AND f.retired_at IS NULL
                AND (f.created_at, f.id) < (m.created_at, m.id))
                < instance_places(m.profile_id, NULL, \(cpu), \(envelope.memory))
            AND (SELECT count(*) FROM models f WHERE f.profile_id = m.profile_id AND f.retired_at IS NULL
                AND f.owner_id = m.owner_id AND (f.created_at, f.id) < (m.created_at, m.id))
                < instance_places(m.profile_id, m.owner_id, \(cpu), \(envelope.memory))
            """
    }()
}

extension Row {
    func model() throws -> Model {
        Model(
            id: try value("id"), profile: try value("profile"), name: try value("name"), owner: try value("owner_id"),
            ownerLogin: try value("owner_login"), assignment: try optional("assignment"),
            createdAt: try value("created_at"), retiredAt: try optional("retired_at"))
    }

    func version() throws -> Version {
        let layout = BundleLayout(
            runtime: try value("runtime"), entry: try value("entry"), requirements: try value("requirements"))
        return Version(
            id: try value("id"), model: try value("model_id"), profile: try value("profile"),
            modelName: try value("model"), owner: try value("owner_id"), ownerLogin: try value("owner_login"),
            number: try value("number"), bundle: try value("bundle"), size: try value("size"), layout: layout,
            source: try value("source"), commit: try optional("git_commit"), receivedAt: try value("received_at"),
            sequence: try value("sequence"), state: try value("state"), environment: try optional("environment"),
            fault: try optionalJSON("fault"))
    }
}

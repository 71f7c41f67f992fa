internal import BedelDomain

enum AssignmentRows {
    static let select: SQL = """
        SELECT a.id, p.name AS profile, a.name, a.title, a.description, a.dataset, a.row_count, a.features,
            a.label_column, a.metric, a.envelope, a.deadline, a.created_by, a.created_at
        FROM assignments a JOIN profiles p ON p.id = a.profile_id
        """
}

enum RoundRows {
    static let select: SQL = """
        SELECT r.id, p.name AS profile, a.name AS assignment, r.number, r.state, r.manifest, r.manifest_digest,
            r.started_by, r.created_at, r.started_at, r.finished_at
        FROM rounds r JOIN assignments a ON a.id = r.assignment_id JOIN profiles p ON p.id = a.profile_id
        """
}

enum EntryRows {
    static let select: SQL = """
        SELECT e.round_id, e.version_id, v.bundle, m.name AS model, v.number, m.owner_id, u.login, u.name, u.email,
            e.position, e.state, e.tries, e.accuracy, e.macro_f1, e.correct, e.total, e.median_milliseconds, e.fault,
            e.rank
        FROM round_entries e JOIN versions v ON v.id = e.version_id JOIN models m ON m.id = v.model_id
            JOIN users u ON u.id = m.owner_id
        """
}

extension Row {
    func assignment() throws -> Assignment {
        Assignment(
            id: try value("id"), profile: try value("profile"), name: try value("name"), title: try value("title"),
            description: try value("description"), dataset: try value("dataset"), rowCount: try value("row_count"),
            features: try value("features"), labelColumn: try value("label_column"), metric: try value("metric"),
            envelope: try json("envelope"), deadline: try optional("deadline"), createdBy: try value("created_by"),
            createdAt: try value("created_at"))
    }

    func round() throws -> Round {
        Round(
            id: try value("id"), profile: try value("profile"), assignment: try value("assignment"),
            number: try value("number"), state: try value("state"), manifest: try json("manifest"),
            manifestDigest: try value("manifest_digest"), startedBy: try value("started_by"),
            createdAt: try value("created_at"), startedAt: try optional("started_at"),
            finishedAt: try optional("finished_at"))
    }

    func roundEntry() throws -> RoundEntry {
        RoundEntry(
            round: try value("round_id"), version: try value("version_id"), bundle: try value("bundle"),
            model: try value("model"), number: try value("number"), owner: try value("owner_id"),
            ownerLogin: try value("login"), ownerName: try value("name"), ownerEmail: try value("email"),
            position: try value("position"), state: try value("state"), tries: try value("tries"),
            verdict: try verdict(), rank: try optional("rank"))
    }

    private func verdict() throws -> Verdict? {
        if let fault: Fault = try optionalJSON("fault") { return .fault(fault) }
        guard let accuracy: Double = try optional("accuracy") else { return nil }
        return .scored(
            Scores(
                accuracy: accuracy, macroF1: try value("macro_f1"), correct: try value("correct"),
                total: try value("total"), medianMilliseconds: try optional("median_milliseconds")))
    }
}

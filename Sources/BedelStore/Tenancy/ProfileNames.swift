internal import BedelDomain

/// Which profile has, or had, which name.
enum ProfileNames {
    /// Writes the name down as the profile's. Names are given one at a time, so that two that look alike cannot both win.
    /// - Throws: `conflict` when the name, or one that looks like it, is another's.
    static func give(_ name: Label, to profile: Profile.ID, in transaction: Transaction) throws {
        try transaction.execute("LOCK TABLE profile_names IN SHARE ROW EXCLUSIVE MODE")
        let skeleton = ProfileName.skeleton(of: name)
        let other = try transaction.first(
            """
            SELECT n.name FROM profile_names n WHERE n.skeleton = \(skeleton) AND n.profile_id IS DISTINCT FROM \(profile)
            ORDER BY n.name = \(name) DESC LIMIT 1
            """)
        if let other: Label = try other?.value("name") {
            throw other == name ? taken(name) : looksLike(name, other)
        }
        try transaction.execute(
            """
            INSERT INTO profile_names (name, skeleton, profile_id, holder)
            VALUES (\(name), \(skeleton), \(profile), \(profile))
            ON CONFLICT (name) DO NOTHING
            """)
    }

    /// Every name of the profile that has this one, or had it; this one alone when nobody ever had it.
    static func all(ofWhoHas name: Label) -> SQL {
        """
        ARRAY(SELECT n.name FROM profile_names n JOIN profile_names asked ON asked.holder = n.holder
            WHERE asked.name = \(name) UNION SELECT \(name)::label)
        """
    }

    static func taken(_ name: Label) -> BedelError {
        BedelError(
            .conflict, "There is a profile called “\(name)” already, or there was.", next: "Choose another name.",
            arguments: ["name": name.rawValue, "unit": "name-taken", "advice": "name"])
    }

    private static func looksLike(_ name: Label, _ other: Label) -> BedelError {
        BedelError(
            .conflict, "“\(name)” looks like “\(other)”, which is another profile.",
            next: "Choose a name nobody can take for it.",
            arguments: [
                "name": name.rawValue, "other": other.rawValue, "unit": "name-alike", "advice": "name",
            ])
    }
}

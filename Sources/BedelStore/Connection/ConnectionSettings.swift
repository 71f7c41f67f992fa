/// How to reach the server, and how long to be patient with it.
struct ConnectionSettings: Sendable {
    /// In libpq's form: `postgresql://user@host:port/name`, or `postgresql:///name?user=…&host=/socket/directory`.
    let url: String
    /// Milliseconds one statement may take; 0 for as long as it needs.
    var statementTimeout = 30_000

    /// libpq's keywords in order; a later one wins, so the address may say otherwise about those before it.
    var keywords: [(name: String, value: String)] {
        [
            ("application_name", "bedel"),
            ("connect_timeout", "5"),
            ("keepalives_idle", "30"),
            ("keepalives_interval", "10"),
            ("keepalives_count", "3"),
            ("tcp_user_timeout", "30000"),
            ("dbname", url),
            ("client_encoding", "UTF8"),
        ]
    }

    /// What every connection is told first. ``Timestamp`` relies on the time zone.
    var preamble: SQL {
        """
        SELECT set_config('TimeZone', 'UTC', false), set_config('DateStyle', 'ISO', false),
            set_config('statement_timeout', \(String(statementTimeout)), false),
            set_config('idle_in_transaction_session_timeout', '60000', false)
        """
    }
}

package import BedelDomain

/// The gateways of one house in PostgreSQL, by whose clock they are there or not.
package struct PostgresGatewayRegister: GatewayRegister {
    private let database: PostgresDatabase

    package init(_ database: PostgresDatabase) { self.database = database }

    package func announce(_ gateway: GatewayProcess.ID, for lifetime: Duration) async throws -> Int {
        let seconds = lifetime / .seconds(1)
        return try await database.withTransaction { transaction in
            try transaction.execute(
                """
                INSERT INTO gateways (id, believed_until)
                VALUES (\(gateway), clock_timestamp() + make_interval(secs => \(seconds)))
                ON CONFLICT (id) DO UPDATE SET believed_until = excluded.believed_until
                """)
            // Others may be at it too: who is passed over now goes the next time.
            try transaction.execute(
                """
                DELETE FROM gateways WHERE id IN (
                    SELECT id FROM gateways WHERE believed_until < clock_timestamp() AND id <> \(gateway)
                    FOR UPDATE SKIP LOCKED)
                """)
            let row = try transaction.first(
                "SELECT count(*) AS gateways FROM gateways WHERE id = \(gateway) OR believed_until >= clock_timestamp()"
            )
            return Int(try row?.value("gateways", as: Int64.self) ?? 1)
        }
    }

    package func leave(_ gateway: GatewayProcess.ID) async throws {
        _ = try await database.withTransaction { try $0.execute("DELETE FROM gateways WHERE id = \(gateway)") }
    }
}

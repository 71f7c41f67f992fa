import BedelDomain

/// Asks again and again, but not forever.
enum Waiting {
    /// - Parameter what: finishes the sentence "waited … until".
    /// - Throws: ``BedelError`` when the limit is reached; whatever `condition` throws, at once.
    static func until(
        _ what: String, limit: Duration, every interval: Duration, _ condition: () async throws -> Bool
    ) async throws {
        let clock = ContinuousClock()
        let deadline = clock.now + limit
        while try await !condition() {
            guard clock.now < deadline else {
                throw BedelError(
                    .unavailable, "Waited \(limit.components.seconds) s until \(what), in vain.",
                    next: "Look into the logs folder of the demo's state.")
            }
            try await clock.sleep(for: interval)
        }
    }
}

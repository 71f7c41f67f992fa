import BedelDomain

/// A clock that stands at 2026-11-21T09:00:00Z.
struct FixedTime: TimeSource {
    static let now = Timestamp(seconds: 1_795_251_600)

    func now() -> Timestamp { Self.now }
}

extension Duration {
    static func hours(_ count: Int) -> Duration { .seconds(count * 3600) }
    static func days(_ count: Int) -> Duration { .hours(count * 24) }
}

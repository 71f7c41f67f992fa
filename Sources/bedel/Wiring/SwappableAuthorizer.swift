import BedelDomain
import Synchronization

/// The policies in force, which may be others a moment later.
///
/// A lock, because a reference that is counted cannot be read and swapped without one; it is held for as long as counting
/// the reference takes, some nanoseconds, and no decision is made under it.
final class SwappableAuthorizer: Authorizer {
    private let current: Mutex<CedarAuthorizer>
    private let swaps = Atomic<Int>(0)

    init(_ authorizer: CedarAuthorizer) { current = Mutex(authorizer) }

    func decide(_ question: Question) -> Decision { current.withLock { $0 }.decide(question) }

    /// From now on these policies decide. Questions under way are answered by those before.
    func swap(to authorizer: CedarAuthorizer) {
        current.withLock { $0 = authorizer }
        swaps.add(1, ordering: .sequentiallyConsistent)
    }

    var generation: Int { swaps.load(ordering: .sequentiallyConsistent) }
}

/// The clock, injected, so that tests need not wait.
package protocol TimeSource: Sendable {
    func now() -> Timestamp
}

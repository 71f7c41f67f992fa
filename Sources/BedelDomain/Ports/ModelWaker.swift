/// Starts what sleeps because nobody asked for it, once somebody does.
package protocol ModelWaker: Sendable {
    /// Returns at once and may be called often, from event loops. That the model is awake is seen in the
    /// ``InstanceDirectory`` and announced as ``Topic/instances``.
    func wake(_ model: Label, in profile: Label)
}

/// Hears which models are called, so that the others may sleep and those that sleep are started.
package protocol ModelWaker: Sendable {
    /// Somebody calls the model. Returns at once and may be said often, from event loops. That a model is awake again is
    /// seen in the ``InstanceDirectory`` and announced as ``Topic/instances``.
    func wake(_ model: Label, in profile: Label)
}

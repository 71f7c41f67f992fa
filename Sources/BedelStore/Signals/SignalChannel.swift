/// The one NOTIFY channel; its payload is ``Topic/text``.
enum SignalChannel {
    static let name = "bedel"
}

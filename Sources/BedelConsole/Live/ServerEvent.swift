/// One server-sent event (WHATWG HTML, section 9.2).
struct ServerEvent: Hashable, Sendable {
    let name: String
    let data: String
    /// What the browser sends back as `Last-Event-ID` when it connects again.
    var id: String?

    /// As it goes over the wire.
    var text: String {
        var text = ""
        if let id { text += "id: \(id)\n" }
        text += "event: \(name)\n"
        for line in data.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            text += "data: \(line)\n"
        }
        return text + "\n"
    }

    /// Nothing more will come: the browser must not connect again.
    static let end = ServerEvent(name: "end", data: "")
}

/// That a service, a profile or everything behind the gateway is closed for a while, on purpose.
package struct Maintenance: Hashable, Sendable, Codable {
    /// What the people who come are told, in the words of whoever closed it. May be empty.
    package let message: String
    /// When it is expected back; nil: nobody knows.
    package let until: Timestamp?

    package init(message: String, until: Timestamp? = nil) {
        self.message = message
        self.until = until
    }
}

/// A set of Cedar policies as somebody wrote it: one schema and any number of policy files.
package struct PolicyTexts: Sendable, Hashable {
    package struct File: Sendable, Hashable {
        /// Shown in front of a position: `teacher.cedar`.
        package let name: String
        package let text: String

        package init(name: String, text: String) {
            self.name = name
            self.text = text
        }
    }

    package let schema: File
    package let policies: [File]

    package init(schema: File, policies: [File]) {
        self.schema = schema
        self.policies = policies
    }
}

/// What was recognised in a bundle: the Seldon S2I layout for Python or R.
package struct BundleLayout: Hashable, Sendable, Codable {
    package let runtime: Runtime
    /// `MODEL_NAME` of `.s2i/environment`: the file and (in Python) the class that answers.
    package let entry: String
    /// `requirements.txt` or `install.R`, as handed in; empty when there is none.
    package let requirements: String

    package init(runtime: Runtime, entry: String, requirements: String) {
        self.runtime = runtime
        self.entry = entry
        self.requirements = requirements
    }
}

internal import BedelDomain

/// Recognises the Seldon S2I layouts by looking at the files' names and texts; nothing of the bundle is run.
///
/// - Python: `.s2i/environment` with `MODEL_NAME=Name`, and `Name.py` at the top with `class Name` that has a `predict`
///   method. Without `.s2i/environment`, a single `Name.py` at the top with a `class Name` of its own name is taken.
/// - R: `.s2i/environment` with `MODEL_NAME=name`, `name.R` with the functions `initialise_seldon` and
///   `predict.<class>`, `install.R`, and at least one `.rds` file.
struct ModelLayout {
    static let whatIsExpected =
        "Hand in a Seldon S2I bundle: for Python “.s2i/environment” with “MODEL_NAME=MyModel”, “MyModel.py” with class "
        + "MyModel and its method predict, and “requirements.txt”; for R “MyModel.R”, “install.R” and the “.rds” files."

    private static let sourceLimit = 4 << 20
    private static let listLimit = 64 << 10

    private let paths: Set<String>
    private let read: (_ path: String, _ limit: Int) throws(BedelError) -> [UInt8]?

    private init(_ bundle: BundleFiles) {
        paths = Set(bundle.paths)
        read = { (path, limit) throws(BedelError) in try bundle.head(of: path, limit: limit) }
    }

    /// - Throws: ``BedelError`` `unrecognisedBundle` saying what was looked for and what was found;
    ///   `invalidRequirements`.
    static func recognise(_ bundle: BundleFiles) throws(BedelError) -> BundleLayout {
        try ModelLayout(bundle).recognise()
    }

    private func recognise() throws(BedelError) -> BundleLayout {
        guard let text = try text(of: ".s2i/environment", limit: Self.listLimit) else {
            return try withoutEnvironment()
        }
        let name = try S2IEnvironment(parsing: text).modelName
        let python = name.split(separator: ".").dropLast().joined(separator: "/")
        let file = python.isEmpty ? name : python
        switch (paths.contains("\(file).py"), paths.contains("\(name).R")) {
        case (true, false): return try pythonModel(named: name, file: "\(file).py")
        case (false, true): return try rModel(named: name)
        case (true, true):
            throw unrecognised(
                "Both “\(file).py” and “\(name).R” are there, so it is not clear which one is the model.")
        case (false, false):
            throw unrecognised(
                "“.s2i/environment” says MODEL_NAME=\(name), but neither “\(file).py” nor “\(name).R” is there; "
                    + "found \(found())."
            )
        }
    }

    private func withoutEnvironment() throws(BedelError) -> BundleLayout {
        var candidates: [String] = []
        for path in paths.sorted() where path.hasSuffix(".py") && !path.contains("/") {
            let name = String(path.dropLast(3))
            guard let outline = try PythonOutline(text(of: path, limit: Self.sourceLimit) ?? "").classes[name] else {
                continue
            }
            if outline.definesPredict { candidates.append(name) }
        }
        guard candidates.count == 1 else {
            let several =
                candidates.isEmpty
                ? "" : " and \(candidates.map { "“\($0).py”" }.joined(separator: ", ")) could each be the model"
            throw unrecognised("There is no “.s2i/environment”\(several); found \(found()).")
        }
        return try pythonModel(named: candidates[0], file: "\(candidates[0]).py")
    }

    private func pythonModel(named name: String, file: String) throws(BedelError) -> BundleLayout {
        let outline = PythonOutline(try text(of: file, limit: Self.sourceLimit) ?? "")
        let className = name.split(separator: ".").last.map(String.init) ?? name
        guard let found = outline.classes[className] else {
            let others = outline.classes.keys.sorted().map { "“\($0)”" }.joined(separator: ", ")
            throw unrecognised(
                "“\(file)” has no class \(className) at its top level; "
                    + (others.isEmpty ? "it has no class at all." : "it has \(others)."))
        }
        guard found.definesPredict || found.inherits else {
            throw unrecognised("Class \(className) in “\(file)” has no method predict(self, X, features_names).")
        }
        let requirements = try text(of: "requirements.txt", limit: Self.listLimit) ?? ""
        try Requirements.check(requirements)
        return BundleLayout(runtime: .python, entry: name, requirements: requirements)
    }

    private func rModel(named name: String) throws(BedelError) -> BundleLayout {
        let functions = RFunctions.defined(in: try text(of: "\(name).R", limit: Self.sourceLimit) ?? "")
        guard functions.contains("initialise_seldon") else {
            throw unrecognised("“\(name).R” defines no function initialise_seldon(params).")
        }
        guard functions.contains(where: { $0.hasPrefix("predict.") }) else {
            throw unrecognised(
                "“\(name).R” defines no function predict.<class>(model, newdata), such as predict.\(name.lowercased())."
            )
        }
        guard let install = try text(of: "install.R", limit: Self.listLimit) else {
            throw unrecognised("“install.R” is missing; it may be empty when base R is enough.")
        }
        guard paths.contains(where: { $0.lowercased().hasSuffix(".rds") }) else {
            throw unrecognised("There is no “.rds” file with the trained model; found \(found()).")
        }
        return BundleLayout(runtime: .r, entry: name, requirements: install)
    }

    /// - Throws: `unrecognisedBundle` when the file is no text, too long, or only a Git LFS pointer.
    private func text(of path: String, limit: Int) throws(BedelError) -> String? {
        guard let bytes = try read(path, limit + 1) else { return nil }
        guard bytes.count <= limit else { throw unrecognised("“\(path)” is larger than \(ByteCount(Int64(limit))).") }
        guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
            throw unrecognised("“\(path)” is not a text file in UTF-8.")
        }
        return text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text
    }

    private func unrecognised(_ message: String) -> BedelError {
        BedelError(.unrecognisedBundle, message, next: Self.whatIsExpected)
    }

    /// What lies at the top, for the message.
    private func found() -> String {
        let top = Set(paths.map { path in path.firstIndex(of: "/").map { path[...$0] } ?? path[...] }).sorted()
        let shown = top.prefix(8).map { "“\(EntryName.shown(Array($0.utf8)))”" }.joined(separator: ", ")
        return top.count > 8 ? "\(shown) and \(top.count - 8) more" : shown
    }
}

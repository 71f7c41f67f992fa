import BedelDomain
import BedelSubmissions
import Testing

@Suite("Recognising a model")
struct ModelLayoutTests {
    private func receive(_ files: [String: String]) async throws -> BundleLayout {
        let course = try Course()
        let archive = try await Archives.zip(files)
        return try await course.intake().receive(course.upload(archive), from: course.ana, in: here).layout
    }

    private func changed(_ changes: [String: String], without gone: String? = nil) -> [String: String] {
        var files = Archives.digits
        for (name, text) in changes { files[name] = text }
        if let gone { files[gone] = nil }
        return files
    }

    static let diabetes = [
        ".s2i/environment": "MODEL_NAME=Diabetes\n", "install.R": "install.packages('rpart')\n", "model.rds": "x",
        "Diabetes.R": """
        # new_diabetes <- function(x) comes later
        predict.diabetes <- function(model, newdata = list()) { "initialise_seldon <- function" }
        initialise_seldon = function(params) structure(list(), class = "diabetes")
        """,
    ]

    @Test func pythonModelIsRecognised() async throws {
        let layout = try await receive(Archives.digits)
        #expect(layout == BundleLayout(runtime: .python, entry: "Digits", requirements: "numpy==2.1.0\n"))
    }

    @Test func rModelIsRecognised() async throws {
        let layout = try await receive(Self.diabetes)
        #expect(layout == BundleLayout(runtime: .r, entry: "Diabetes", requirements: "install.packages('rpart')\n"))
    }

    @Test func singleClassNamedAsItsFileNeedsNoEnvironmentFile() async throws {
        let layout = try await receive(changed(["helper.py": "class Other: pass"], without: ".s2i/environment"))
        #expect(layout.entry == "Digits")
    }

    @Test func twoSuchClassesNeedOne() async throws {
        let second = Archives.model.replacing("class Digits", with: "class Letters")
        let error = await refusal { try await receive(changed(["Letters.py": second], without: ".s2i/environment")) }
        #expect(error?.code == .unrecognisedBundle)
        #expect(error?.message.contains("“Digits.py”, “Letters.py”") == true)
    }

    @Test(arguments: [
        "class Digits(Base):\n    pass\n",
        "class Digits:\n    '''\nclass Fake:\n    '''\n    def predict(self, X): return X\n",
        "class Digits(\n    object\n):\n    @timed\n    def predict(\n        self, X): return X\n",
        "\u{FEFF}class Digits: # here\n\tdef predict_raw(self, m): return m\n",
        "class Digits:\r\n    text = 'it\\'s'\r\n    def predict(self, X): return X\r\n",
    ])
    func waysToWriteTheClassAreUnderstood(source: String) async throws {
        #expect(try await receive(changed(["Digits.py": source])).entry == "Digits")
    }

    @Test(arguments: [
        ("class Other:\n    def predict(self, X): return X\n", "has no class Digits"),
        ("'''\nclass Digits:\n    def predict(self, X): return X\n'''\n", "has no class at all"),
        ("class Digits:\n    def fit(self, X): return X\n", "no method predict"),
        ("class Digits:\n    # def predict(self, X)\n    pass\ndef predict(X): return X\n", "no method predict"),
        ("def predict(X):\n    class Digits: pass\n", "has no class at all"),
    ])
    func whatIsMissingIsNamed(source: String, says: String) async throws {
        let error = await refusal { try await receive(changed(["Digits.py": source])) }
        #expect(error?.code == .unrecognisedBundle)
        #expect(error?.message.contains(says) == true, "\(String(describing: error))")
        #expect(error?.next.contains("S2I") == true)
    }

    @Test(arguments: [
        ([".s2i/environment": "API_TYPE=REST\n"], "no line MODEL_NAME"),
        ([".s2i/environment": "MODEL_NAME=../../x\n"], "not the name of a class"),
        ([".s2i/environment": "MODEL_NAME=Digits\nSERVICE_TYPE=ROUTER\n"], "SERVICE_TYPE"),
        ([".s2i/environment": "MODEL_NAME=Digits\nAPI_TYPE=GRPC\n"], "API_TYPE"),
        ([".s2i/environment": "MODEL_NAME=Other\n"], "neither “Other.py” nor “Other.R” is there; found “.s2i/”"),
        (["Digits.R": "x"], "not clear which"),
        (["weights/a.bin": "version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 9\n"], "Git LFS pointer"),
    ])
    func brokenLayoutIsExplained(changes: [String: String], says: String) async throws {
        let error = await refusal { try await receive(changed(changes)) }
        #expect(error?.code == .unrecognisedBundle)
        #expect(error?.message.contains(says) == true, "\(String(describing: error))")
    }

    @Test(arguments: [
        ("Diabetes.R", "predict.d <- function(m) 1", "initialise_seldon"),
        ("Diabetes.R", "initialise_seldon <- function(p) 1", "predict.<class>"),
        ("install.R", nil, "install.R"), ("model.rds", nil, ".rds"),
    ])
    func whatAnRModelLacksIsNamed(file: String, text: String?, says: String) async throws {
        var files = Self.diabetes
        files[file] = text
        let error = await refusal { try await receive(files) }
        #expect(error?.code == .unrecognisedBundle)
        #expect(error?.message.contains(says) == true, "\(String(describing: error))")
    }

    @Test(arguments: [
        "https://example.org/x.whl", "-e .", "--index-url https://example.org", "-r other.txt", "./local",
        "numpy @ file:///etc/passwd", "git+https://example.org/x", "/tmp/x", "numpy ==", "scikit learn", "pkg.whl",
        "numpy==${HOME}", "numpy=1.0", "==1.0", "numpy[extra", "import numpy as np", "numpy\\", "C:\\x",
    ])
    func requirementThatIsNoPackageOfTheIndexIsRefused(line: String) async throws {
        let error = await refusal { try await receive(changed(["requirements.txt": "# first\nnumpy\n\(line)\n"])) }
        #expect(error?.code == .invalidRequirements, "\(line)")
        #expect(error?.message.contains("line 3") == true)
    }

    @Test func requirementsAsPeopleWriteThemAreTaken() async throws {
        let text = """
            numpy
            scikit-learn==1.5.2  # as in the lab
            pandas>=2,<3
            Pillow ~= 10.0
            uvicorn[standard] >= 0.30 ; python_version >= "3.9"
            torch (>=2.0)
            numpy==1.*
            """
        #expect(try await receive(changed(["requirements.txt": text])).requirements == text)
    }
}

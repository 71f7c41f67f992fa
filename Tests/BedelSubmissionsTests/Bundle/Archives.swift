import Subprocess
import Testing

/// Archives as other tools make them: Python's zipfile and tarfile, and bytes by hand.
enum Archives {
    static let model = """
        class Digits:
            def __init__(self):
                self.ready = True

            def predict(self, X, features_names=None):
                return X
        """

    /// A good Python model.
    static let digits: [String: String] = [
        ".s2i/environment": "MODEL_NAME=Digits\nSERVICE_TYPE=MODEL\nAPI_TYPE=REST\n",
        "Digits.py": model,
        "requirements.txt": "numpy==2.1.0\n",
        "weights/a.bin": "0123456789",
    ]

    static func zip(_ files: [String: String], folder: String = "") async throws -> [UInt8] {
        try await python(
            """
            with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
                for name, text in \(literal(files)): z.writestr("\(folder)" + name, text)
            """)
    }

    static func tarGzip(_ files: [String: String], folder: String = "./") async throws -> [UInt8] {
        try await python(
            """
            with tarfile.open(fileobj=out, mode="w:gz") as t:
                for name, text in \(literal(files)): add(t, "\(folder)" + name, text.encode())
            """)
    }

    /// Runs a script that writes an archive to `out`.
    static func python(_ script: String) async throws -> [UInt8] {
        let prelude = """
            import io, os, stat, struct, sys, tarfile, zipfile, zlib, gzip, time
            out = io.BytesIO()
            def add(t, name, data=b"", type=tarfile.REGTYPE, link="", mode=0o644):
                i = tarfile.TarInfo(name); i.size = len(data); i.type = type; i.linkname = link; i.mode = mode
                i.mtime = int(time.time()); t.addfile(i, io.BytesIO(data))

            """
        let result = try await Subprocess.run(
            .name("python3"), arguments: ["-c", prelude + script + "\nsys.stdout.buffer.write(out.getvalue())"],
            output: .bytes(limit: 64 << 20), error: .string(limit: 1 << 16))
        try #require(result.terminationStatus.isSuccess, "python3: \(result.standardError)")
        return result.standardOutput
    }

    private static func literal(_ files: [String: String]) -> String {
        let pairs = files.map {
            "(bytes.fromhex('\(hex($0.key))').decode(), bytes.fromhex('\(hex($0.value))').decode())"
        }
        return "[\(pairs.joined(separator: ", "))]"
    }

    private static func hex(_ text: String) -> String {
        text.utf8.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

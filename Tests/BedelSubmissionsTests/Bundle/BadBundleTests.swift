import BedelDomain
import BedelSubmissions
import Testing

/// A hostile archive, and how it must end.
struct BadBundle: Sendable, CustomTestStringConvertible {
    let name: String
    let script: String
    let code: BedelError.Code
    /// Stands in the message.
    let says: String
    var testDescription: String { name }

    init(_ name: String, _ code: BedelError.Code, says: String, _ script: String) {
        self.name = name
        self.code = code
        self.says = says
        self.script = script
    }

    static func zip(_ name: String, _ code: BedelError.Code, says: String, _ body: String) -> BadBundle {
        BadBundle(name, code, says: says, "with zipfile.ZipFile(out, 'w', zipfile.ZIP_DEFLATED) as z:\n    \(body)")
    }

    static func tar(_ name: String, _ code: BedelError.Code, says: String, _ body: String) -> BadBundle {
        BadBundle(name, code, says: says, "with tarfile.open(fileobj=out, mode='w:gz') as t:\n    \(body)")
    }

    static let all: [BadBundle] = [
        .zip("parent folder in a zip", .unsafeBundle, says: "../evil.py", "z.writestr('../evil.py', 'x')"),
        .tar("parent folder deep in a tar", .unsafeBundle, says: "a/../../b", "add(t, 'a/../../b', b'x')"),
        .zip("absolute path", .unsafeBundle, says: "/etc/passwd", "z.writestr('/etc/passwd', 'x')"),
        .tar("absolute path in a tar", .unsafeBundle, says: "/etc/cron.d/x", "add(t, '/etc/cron.d/x', b'x')"),
        .zip("drive letter", .unsafeBundle, says: "C:", "z.writestr('C:/x.py', 'x')"),
        .tar("backslash", .unsafeBundle, says: "backslash", "add(t, 'a\\\\..\\\\b', b'x')"),
        .tar("control character", .unsafeBundle, says: "control", "add(t, 'a\\nb', b'x')"),
        .tar("text direction override", .unsafeBundle, says: "direction", "add(t, 'a\\u202eyp.exe', b'x')"),
        .tar(
            "name that is not UTF-8", .unsafeBundle, says: "UTF-8",
            "i = tarfile.TarInfo('a\\udcff.py'); i.size = 0; t.addfile(i)"),
        .zip("same name twice", .unsafeBundle, says: "twice", "z.writestr('a.py', 'x'); z.writestr('a.py', 'y')"),
        .zip("same name but for case", .unsafeBundle, says: "case", "z.writestr('a.py', 'x'); z.writestr('A.PY', 'y')"),
        .tar(
            "same name but for Unicode form, which pax hides", .unsafeBundle, says: "twice",
            "add(t, 'mod\\u00e8le.py', b'x'); add(t, 'mode\\u0300le.py', b'y')"),
        BadBundle(
            "same name but for Unicode form", .unsafeBundle, says: "accents",
            "with tarfile.open(fileobj=out, mode='w:gz', format=tarfile.GNU_FORMAT) as t:\n"
                + "    add(t, 'mod\\u00e8le.py', b'x'); add(t, 'mode\\u0300le.py', b'y')"),
        .tar("file and folder at once", .unsafeBundle, says: "folder", "add(t, 'a', b'x'); add(t, 'a/b', b'y')"),
        .tar("symbolic link", .unsafeBundle, says: "symbolic link", "add(t, 'a', type=tarfile.SYMTYPE, link='/etc')"),
        .tar(
            "symbolic link and a file through it", .unsafeBundle, says: "symbolic link",
            "add(t, 'a', type=tarfile.SYMTYPE, link='/tmp'); add(t, 'a/b', b'x')"),
        .zip(
            "symbolic link in a zip", .unsafeBundle, says: "symbolic link",
            "i = zipfile.ZipInfo('a'); i.create_system = 3; i.external_attr = (stat.S_IFLNK | 0o777) << 16; z.writestr(i, '/etc/passwd')"
        ),
        .tar(
            "hard link outside", .unsafeBundle, says: "hard link",
            "add(t, 'a', type=tarfile.LNKTYPE, link='/etc/passwd')"),
        .tar(
            "hard link inside", .unsafeBundle, says: "hard link",
            "add(t, 'b', b'x'); add(t, 'a', type=tarfile.LNKTYPE, link='b')"),
        .tar("character device", .unsafeBundle, says: "device", "add(t, 'null', type=tarfile.CHRTYPE)"),
        .tar("pipe", .unsafeBundle, says: "pipe", "add(t, 'p', type=tarfile.FIFOTYPE)"),
        .tar(
            "path hidden in a pax header", .unsafeBundle, says: "../../evil",
            "i = tarfile.TarInfo('fine.py'); i.pax_headers = {'path': '../../evil'}; t.addfile(i)"),
        BadBundle(
            "sparse file of four gigabytes", .unsafeBundle, says: "sparse",
            """
            import subprocess, tempfile
            with tempfile.TemporaryDirectory() as d:
                with open(d + "/big", "wb") as f: f.truncate(4 << 30)
                out.write(subprocess.run(["tar", "--sparse", "-C", d, "-czf", "-", "big"], capture_output=True).stdout)
            """),
        .zip(
            "ten thousand files", .unsafeBundle, says: "more than 2000 files",
            "[z.writestr(f'f{i}', '') for i in range(10000)]"),
        .tar(
            "ten thousand files in a tar", .unsafeBundle, says: "more than 2000 files",
            "[add(t, f'f{i}') for i in range(10000)]"),
        .zip(
            "thirty thousand files that are left out", .unsafeBundle, says: "entries",
            "[z.writestr(f'.git/f{i}', '') for i in range(30000)]"),
        .zip("name too long", .unsafeBundle, says: "too long", "z.writestr('a' * 300, 'x')"),
        .zip("too deep", .unsafeBundle, says: "deep", "z.writestr('a/' * 40 + 'b', 'x')"),
        .zip("ratio of a thousand", .unsafeBundle, says: "times its size", "z.writestr('zeros', bytes(60 << 20))"),
        .tar(
            "ten gigabytes of zeros", .tooLarge, says: "expands",
            "i = tarfile.TarInfo('zeros'); i.size = 10 << 30; t.addfile(i, open('/dev/zero', 'rb')) if False else None\n"
                + "raw = i.tobuf()\nc = zlib.compressobj(1, wbits=31)\nout.seek(0); out.truncate()\n"
                + "out.write(c.compress(raw)); block = bytes(1 << 20)\n[out.write(c.compress(block)) for _ in range(800)]\nout.write(c.flush())"
        ),
        .tar(
            "zeros in a folder that is left out", .unsafeBundle, says: "times its size",
            "add(t, '.git/objects/pack', bytes(60 << 20))"),
        .zip(
            "encrypted", .unsafeBundle, says: "encrypted",
            "z.writestr('a.py', 'x' * 20)\nraw = bytearray(out.getvalue())\n"
                + "raw[6] |= 1; c = raw.rfind(b'PK\\x01\\x02'); raw[c + 8] |= 1\nout.seek(0); out.write(raw)"),
        .zip(
            "cut short", .unreadableBundle, says: "damaged",
            "z.writestr('a.py', os.urandom(5000))\nraw = out.getvalue()[:3000]\nout.seek(0); out.truncate(); out.write(raw)"
        ),
        .tar(
            "gzip cut short", .unreadableBundle, says: "damaged",
            "add(t, 'a.py', os.urandom(50000))\nraw = out.getvalue()[:20000]\nout.seek(0); out.truncate(); out.write(raw)"
        ),
        .zip(
            "wrong checksum", .unreadableBundle, says: "damaged",
            "z.writestr('a.py', b'x' * 100, zipfile.ZIP_STORED)\nraw = bytearray(out.getvalue())\nraw[60] ^= 1\nout.seek(0); out.write(raw)"
        ),
        .zip(
            "wrong declared size", .unreadableBundle, says: "damaged",
            "z.writestr('a.py', b'x' * 100, zipfile.ZIP_STORED)\nraw = bytearray(out.getvalue())\n"
                + "c = raw.rfind(b'PK\\x01\\x02'); raw[c + 24:c + 28] = struct.pack('<I', 7)\nout.seek(0); out.write(raw)"
        ),
        .zip(
            "name in the local header differs", .unsafeBundle, says: "../a.py",
            "z.writestr('aaaa.py', b'x' * 100)\nraw = bytearray(out.getvalue())\nraw[30:37] = b'../a.py'\nout.seek(0); out.write(raw)"
        ),
        BadBundle(
            "program with a zip behind it", .unreadableBundle, says: "neither",
            "out.write(b'#!/bin/sh\\nexit 0\\n' * 40)\nwith zipfile.ZipFile(out, 'a') as z: z.writestr('a.py', 'x')"),
        BadBundle("nothing", .unreadableBundle, says: "empty", ""),
        BadBundle("seven-zip", .unreadableBundle, says: "neither", "out.write(b'7z\\xbc\\xaf\\x27\\x1c' + bytes(600))"),
        .zip("zip without entries", .unrecognisedBundle, says: "no files", "pass"),
    ]
}

@Suite("Bad bundles")
struct BadBundleTests {
    @Test(arguments: BadBundle.all)
    func isRefusedWithTheRightReason(_ bad: BadBundle) async throws {
        let course = try Course()
        let archive = try await Archives.python(bad.script)
        let error = await refusal {
            try await course.intake().receive(course.upload(archive), from: course.ana, in: here)
        }
        #expect(error?.code == bad.code, "\(String(reflecting: error))")
        #expect(error?.message.contains(bad.says) == true, "\(String(reflecting: error))")
        #expect(error?.next.isEmpty == false)
        #expect(course.directory.entries.isEmpty, "something stayed on the disk")
        #expect(course.blobs.directory.entries.isEmpty)
        #expect(course.audit.all.map(\.outcome) == [.failed])
        #expect(course.models.allVersions.isEmpty)
    }

    @Test func uploadPastTheLimitEndsEarly() async throws {
        let course = try Course()
        let endless = AsyncStream<[UInt8]> { [UInt8](repeating: 0x1F, count: 1 << 16) }
        let upload = Upload(
            profile: course.profile, model: label("digits"), assignment: nil, source: .api, archive: ByteStream(endless)
        )
        let intake = course.intake(limits: BundleLimits(uploadBytes: 1 << 20, freeDisk: 0))
        let error = await refusal { try await intake.receive(upload, from: course.ana, in: here) }
        #expect(error?.code == .tooLarge)
        #expect(error?.message.contains("1 MiB") == true)
    }
}

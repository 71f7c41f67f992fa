import BedelDomain
import Testing

@testable import BedelRunner

@Suite("Package index settings")
struct IndexSettingsTests {
    @Test func pipSettingsAreTranslatedWhereUvHasNone() {
        let settings = IndexSettings(["PIP_INDEX_URL": "a", "PIP_EXTRA_INDEX_URL": "b", "PIP_CERT": "/etc/ca.pem"])
        #expect(settings.variables == ["UV_DEFAULT_INDEX": "a", "UV_INDEX": "b", "SSL_CERT_FILE": "/etc/ca.pem"])
        #expect(settings.paths == ["/etc/ca.pem"])
    }

    @Test func uvSettingsWin() {
        let settings = IndexSettings([
            "PIP_INDEX_URL": "pip", "UV_DEFAULT_INDEX": "uv", "UV_INDEX_LAB_PASSWORD": "secret",
        ])
        #expect(settings.variables == ["UV_DEFAULT_INDEX": "uv", "UV_INDEX_LAB_PASSWORD": "secret"])
    }

    @Test func nothingElseOfTheOperatorsEnvironmentIsPassedOn() {
        #expect(IndexSettings(["BEDEL_DATABASE_URL": "x", "HOME": "/root", "UV_CACHE_DIR": "/c"]).variables.isEmpty)
    }

    @Test func addressesNeverReachTheStudent() {
        let lines = ["error: no such thing at https://user:secret@index.example/simple/ (404)"]
        #expect(BuildReport.failure(lines).message.contains("secret") == false)
        #expect(BuildReport.failure(lines).code == .invalidRequirements)
    }

    @Test func anIndexThatIsAwayIsNotTheStudentsFault() {
        #expect(BuildReport.failure(["error: Failed to fetch: `x`", "Caused by: dns error"]).code == .unavailable)
    }
}

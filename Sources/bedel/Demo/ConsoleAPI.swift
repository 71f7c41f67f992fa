import BedelDomain
import NIOHTTP1

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The parts of `/api/v1` that the demo uses, in one person's name.
struct ConsoleAPI: Sendable {
    let base: String
    let browser: PersonalBrowser

    struct Versions: Decodable, Sendable {
        struct Version: Decodable, Sendable {
            struct Fault: Decodable, Sendable { let message: String }
            let number: Int
            let state: String
            let instance: String?
            let fault: Fault?
        }
        let versions: [Version]
    }

    struct Round: Decodable, Sendable {
        struct Entry: Decodable, Sendable {
            struct Scores: Decodable, Sendable {
                let accuracy: Double
                let macro_f1: Double
            }
            struct Fault: Decodable, Sendable { let message: String }
            let model: String
            let version: Int
            let owner: String
            let rank: Int?
            let scores: Scores?
            let fault: Fault?
            let previous: Double?
        }
        let number: Int
        let state: String
        let done: Int
        let total: Int
        let entries: [Entry]
    }

    struct Token: Decodable, Sendable { let secret: String }

    func has(_ path: String) async throws -> Bool {
        try await browser.get(base + "/api/v1" + path).status == 200
    }

    func get<Value: Decodable>(_ path: String, as type: Value.Type) async throws -> Value {
        try Self.decode(type, from: await browser.get(base + "/api/v1" + path))
    }

    func send(_ method: HTTPMethod, _ path: String, _ value: some Encodable) async throws -> PersonalBrowser.Page {
        let json = String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
        return try Self.checked(await browser.send(method, base + "/api/v1" + path, json: json))
    }

    static func decode<Value: Decodable>(_ type: Value.Type, from page: PersonalBrowser.Page) throws -> Value {
        try JSONDecoder().decode(type, from: Data(checked(page).body.utf8))
    }

    /// - Throws: what Bedel answered, when it is not what was asked for.
    @discardableResult
    static func checked(_ page: PersonalBrowser.Page) throws -> PersonalBrowser.Page {
        guard (200..<300).contains(page.status) else {
            throw BedelError(
                .unavailable, "The demo's course could not be filled: \(page.address) answered \(page.status).",
                next: "The answer follows; if it does not help, delete the state folder and start again.",
                detail: String(page.body.prefix(600)))
        }
        return page
    }
}

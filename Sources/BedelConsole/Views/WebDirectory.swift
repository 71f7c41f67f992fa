internal import BedelDomain

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Reads what lies in `web/` when the console starts; nothing is read from there afterwards.
struct WebDirectory {
    let path: String

    func templates() throws(BedelError) -> [String: String] {
        try texts(in: "templates", ending: ".mustache")
    }

    func locales() throws(BedelError) -> [Language: LocaleFile] {
        let files = try texts(in: "locales", ending: ".txt")
        var locales: [Language: LocaleFile] = [:]
        for language in Language.allCases {
            guard let text = files[language.rawValue] else { continue }
            locales[language] = try LocaleFile(parsing: text, name: "locales/\(language.rawValue).txt")
        }
        return locales
    }

    /// Bytes by file name.
    func assets() throws(BedelError) -> [String: [UInt8]] {
        var assets: [String: [UInt8]] = [:]
        for name in try names(in: "assets") { assets[name] = try Self.read("\(path)/assets/\(name)") }
        return assets
    }

    /// - Throws: ``BedelError`` naming the file.
    static func read(_ path: String) throws(BedelError) -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw BedelError(.unavailable, "The console cannot read \(path).", next: "Check the web directory.")
        }
        return Array(data)
    }

    private func texts(in directory: String, ending: String) throws(BedelError) -> [String: String] {
        var texts: [String: String] = [:]
        for name in try names(in: directory) where name.hasSuffix(ending) {
            texts[String(name.dropLast(ending.count))] = String(
                decoding: try Self.read("\(path)/\(directory)/\(name)"), as: UTF8.self)
        }
        return texts
    }

    private func names(in directory: String) throws(BedelError) -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: "\(path)/\(directory)").sorted()
        } catch {
            throw BedelError(
                .unavailable, "The console cannot read \(path)/\(directory).", next: "Check the web directory.",
                detail: String(describing: error))
        }
    }
}

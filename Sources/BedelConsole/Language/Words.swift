internal import BedelDomain

/// One language's texts, numbers and times.
struct Words: Sendable {
    let language: Language
    private let texts: [String: String]
    private let english: [String: String]

    /// - Parameter english: what our messages are written in; by it is known which of them a translation says in full.
    init(_ language: Language, _ file: LocaleFile, english: LocaleFile? = nil) {
        self.language = language
        texts = file.texts
        self.english = english?.texts ?? [:]
    }

    /// The text of a key with its values filled in; the key itself when it is unknown, which a test forbids.
    func callAsFunction(_ key: String, _ values: [String: String] = [:]) -> String {
        texts[key].map { Self.fill($0, values) } ?? key
    }

    func has(_ key: String) -> Bool { texts[key] != nil }

    /// The text for a count: `key.one` or `key.other`, where `{{count}}` is the number.
    func count(_ key: String, _ count: Int) -> String {
        self(count == 1 ? "\(key).one" : "\(key).other", ["count": String(count)])
    }

    private static func fill(_ text: String, _ values: [String: String]) -> String {
        var rest = text[...]
        var filled = ""
        while let open = rest.firstRange(of: "{{"), let close = rest[open.upperBound...].firstRange(of: "}}") {
            let name = rest[open.upperBound..<close.lowerBound].trimmed
            filled += rest[..<open.lowerBound] + (values[name] ?? "")
            rest = rest[close.upperBound...]
        }
        return filled + rest
    }

    // MARK: Failures

    /// A failure in this language. Our messages are written in English, where they are shown as they are; elsewhere the
    /// locale file says what kind of failure it is, and the exact English message stands beside it.
    func explain(_ error: BedelError) -> Explanation {
        let code = error.code.rawValue
        guard language != .english else {
            return Explanation(title: self("error.\(code).title"), what: error.message, original: nil, next: error.next)
        }
        // The narrowest text first: a quota says of what, and what there is to do.
        let unit = error.arguments["unit"].map { ["error.\(code).\($0)"] } ?? []
        let advice = error.arguments["advice"].map { ["error.\(code).next.\($0)"] } ?? []
        let exact = text(unit, error)
        let saysItAll = exact != nil || english["error.\(code)"] == error.message
        let what = exact ?? text(["error.\(code)"], error)
        let next = text(advice + ["error.\(code).next"], error)
        return Explanation(
            title: self("error.\(code).title"), what: what ?? error.message,
            original: what == nil || saysItAll ? nil : error.message,
            next: error.next.isEmpty ? "" : next ?? error.next)
    }

    /// The first of these texts that is there and whose every placeholder the failure can fill.
    private func text(_ keys: [String], _ error: BedelError) -> String? {
        keys.lazy.compactMap { texts[$0] }
            .first { LocaleFile.placeholders(in: $0).allSatisfy { error.arguments[$0] != nil } }
            .map { Self.fill($0, error.arguments) }
    }

    struct Explanation: Hashable, Sendable {
        let title: String
        let what: String
        /// The exact message when `what` is only its kind.
        let original: String?
        let next: String
    }

    // MARK: Numbers

    func decimal(_ value: Double, digits: Int) -> String {
        guard value.isFinite else { return "–" }
        let scale = (0..<digits).reduce(1.0) { scale, _ in scale * 10 }
        let scaled = Int64((abs(value) * scale).rounded())
        let whole = String(scaled / Int64(scale))
        guard digits > 0 else { return (value < 0 && scaled > 0 ? "−" : "") + whole }
        let fraction = String(scaled % Int64(scale))
        let padded = String(repeating: "0", count: digits - fraction.count) + fraction
        return (value < 0 && scaled > 0 ? "−" : "") + whole + language.decimalSeparator + padded
    }

    /// 12.3 kB, with powers of 1,000.
    func bytes(_ count: Int64) -> String {
        let units = ["B", "kB", "MB", "GB", "TB"]
        var value = Double(count)
        var unit = 0
        while value >= 1000, unit < units.count - 1 {
            value /= 1000
            unit += 1
        }
        return "\(decimal(value, digits: unit == 0 ? 0 : 1)) \(units[unit])"
    }

    // MARK: Times

    func moment(_ time: Timestamp, now: Timestamp) -> Moment {
        let text = time.description
        return Moment(
            iso: text, exact: "\(text.prefix(10)) \(text.dropFirst(11).prefix(5)) UTC", relative: relative(time - now))
    }

    private func relative(_ span: Duration) -> String {
        let seconds = span.components.seconds
        let size = abs(seconds)
        guard size >= 45 else { return self("time.now") }
        let (amount, unit): (Int64, String) =
            switch size {
            case ..<2700: ((size + 30) / 60, "minute")
            case ..<79_200: ((size + 1800) / 3600, "hour")
            case ..<2_592_000: ((size + 43_200) / 86_400, "day")
            case ..<31_536_000: ((size + 1_296_000) / 2_592_000, "month")
            default: (size / 31_536_000, "year")
            }
        let number = Int(max(1, amount))
        return count(seconds < 0 ? "time.past.\(unit)" : "time.future.\(unit)", number)
    }
}

/// A time as pages show it: for programs, to the minute, and in words.
struct Moment: Hashable, Sendable {
    let iso: String
    let exact: String
    let relative: String
}

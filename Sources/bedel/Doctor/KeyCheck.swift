import BedelDomain
import Yams

/// Finds keys of the configuration file that nobody reads: what is written down again from what was understood lacks them.
struct KeyCheck {
    private static let check = "configuration"
    /// These refuse strange keys by themselves, and may be written in more than one way.
    private static let strict: Set<String> = ["claims", "access-tokens"]

    /// - Parameter configuration: as it was read from `text`.
    static func examine(_ text: String, readAs configuration: ServerConfiguration, path: String) -> [Diagnosis] {
        guard let written = try? Yams.compose(yaml: text),
            let understood = try? Yams.compose(yaml: YAMLEncoder().encode(configuration))
        else { return [.problem(check, "\(path) cannot be read twice.", next: "See deploy/bedel.yaml.")] }
        let strange = unknown(in: written, understood: understood, below: "")
        guard !strange.isEmpty else { return [.good(check, "\(path) is read, and every key in it is known.")] }
        return strange.map { name in
            .problem(
                check, "“\(name)” is no key of a configuration, so what it says counts for nothing.",
                next: "Correct its spelling or remove it; deploy/bedel.yaml has every key.")
        }
    }

    private static func unknown(in written: Node, understood: Node, below path: String) -> [String] {
        if let list = written.sequence, let other = understood.sequence {
            return zip(list, other).enumerated().flatMap { index, pair in
                unknown(in: pair.0, understood: pair.1, below: "\(path)[\(index + 1)]")
            }
        }
        guard let members = written.mapping, let others = understood.mapping else { return [] }
        return members.flatMap { key, value -> [String] in
            guard let name = key.string, !isNothing(value) else { return [] }
            let place = path.isEmpty ? name : "\(path).\(name)"
            guard let other = others[key] else { return [place] }
            return strict.contains(name) ? [] : unknown(in: value, understood: other, below: place)
        }
    }

    private static func isNothing(_ value: Node) -> Bool { value.null != nil && value.scalar?.style == .plain }
}

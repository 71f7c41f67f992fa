internal import Mustache

/// What a template sees of a value: its stored properties by name, looked at once. The library itself goes through all of
/// them for each name a template mentions, and for every value around it.
final class PageContent: MustacheParent, CustomStringConvertible {
    private let value: Any
    private lazy var children = Self.children(of: value)

    init(_ value: Any) { self.value = value }

    func child(named name: String) -> Any? { children[name] }

    var description: String { String(describing: value) }

    private static func children(of value: Any) -> [String: Any] {
        var children: [String: Any] = [:]
        for (label, value) in Mirror(reflecting: value).children {
            guard let label, let content = content(of: value) else { continue }
            children[label] = content
        }
        return children
    }

    /// - Returns: nil for what is not there.
    private static func content(of value: Any) -> Any? {
        switch value {
        case is String, is Bool, is Int, is Double, is any MustacheParent: return value
        default: break
        }
        let mirror = Mirror(reflecting: value)
        return switch mirror.displayStyle {
        case .optional: mirror.children.first.flatMap { content(of: $0.value) }
        case .collection, .set: mirror.children.map { content(of: $0.value) ?? $0.value }
        case .struct, .class, .tuple: PageContent(value)
        default: value
        }
    }
}

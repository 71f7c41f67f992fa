/// A schema as it was written, before its names are looked up.
struct NamespaceSyntax {
    /// Empty for what stands outside of every namespace.
    let name: String
    let source: SourceText
    let span: Span
    var entities: [EntitySyntax] = []
    var actions: [ActionSyntax] = []
    var aliases: [AliasSyntax] = []
}

/// A word or text with its place.
struct NameSyntax {
    let text: Text
    let span: Span
}

struct EntitySyntax {
    let names: [NameSyntax]
    let parents: [NameSyntax]
    let attributes: [AttributeSyntax]
    let tags: TypeSyntax?
    /// For an enumerated type: the only ids there are.
    let ids: [Text]?
}

struct ActionSyntax {
    struct Parent {
        /// The type when it is written out: `Namespace::Action`.
        let type: NameSyntax?
        let id: NameSyntax
    }

    struct AppliesTo {
        var principals: [NameSyntax]?
        var resources: [NameSyntax]?
        var context: TypeSyntax?
    }

    let names: [NameSyntax]
    let parents: [Parent]
    let appliesTo: AppliesTo?
}

struct AliasSyntax {
    let name: NameSyntax
    let type: TypeSyntax
}

struct AttributeSyntax {
    let name: NameSyntax
    let isRequired: Bool
    let type: TypeSyntax
}

indirect enum TypeSyntax {
    case named(NameSyntax)
    case set(TypeSyntax)
    case record([AttributeSyntax])
}

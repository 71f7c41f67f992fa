extension Value {
    /// Reads a value written in the policy syntax, such as `{roles: ["student"], since: datetime("2026-02-01")}`.
    /// - Throws: what is wrong with the text; also when it has no value, as `ip("x")`, or asks for a variable.
    package init(parsing text: String, name: String = "value") throws(ParseErrors) {
        let source = SourceText(text, name: name)
        let expression = try PolicyParser.expression(in: source)
        if let variable = expression.firstVariable {
            throw ParseErrors(errors: [
                ParseError(source, at: variable.span, message: "a value cannot ask for a part of a request")
            ])
        }
        let nobody = EntityUID("None", "none")
        let request = AuthorizationRequest(principal: nobody, action: nobody, resource: nobody)
        do throws(EvaluationError) {
            var frame = Frame(request, .empty)
            self = try Compiler.compile(expression).evaluate(&frame)
        } catch {
            throw ParseErrors(errors: [ParseError(source, at: error.span, message: error.description)])
        }
    }
}

extension Record {
    /// Reads a record written in the policy syntax.
    package convenience init(parsing text: String, name: String = "record") throws(ParseErrors) {
        guard case .record(let record) = try Value(parsing: text, name: name) else {
            throw ParseErrors(errors: [
                ParseError(
                    SourceText(text, name: name), at: Span(0, text.utf8.count), message: "expected a record: `{...}`")
            ])
        }
        self.init(record.fields, values: record.values)
    }
}

extension EntityUID {
    /// Reads an entity written in the policy syntax: `User::"alice"`.
    package init(parsing text: String, name: String = "entity") throws(ParseErrors) {
        guard case .entity(let uid) = try Value(parsing: text, name: name) else {
            throw ParseErrors(errors: [
                ParseError(
                    SourceText(text, name: name), at: Span(0, text.utf8.count),
                    message: "expected an entity such as `User::\"alice\"`")
            ])
        }
        self = uid
    }
}

extension Expression {
    fileprivate var firstVariable: Expression? {
        if case .variable = kind { return self }
        for part in kind.parts { if let found = part.firstVariable { return found } }
        return nil
    }
}

/// `set.contains(value)`
final class Contains: BooleanInstruction {
    let container: any Instruction
    let element: any Instruction
    let span: Span

    init(_ container: any Instruction, _ element: any Instruction, _ span: Span) {
        self.container = container
        self.element = element
        self.span = span
    }

    func test(_ frame: inout Frame) throws(EvaluationError) -> Bool {
        let container = try container.set(&frame)
        return container.contains(try element.evaluate(&frame))
    }
}

/// `set.containsAll(set)` and `set.containsAny(set)`
final class SetComparison: BooleanInstruction {
    let left: any Instruction
    let right: any Instruction
    let wantsAll: Bool
    let span: Span

    init(_ left: any Instruction, _ right: any Instruction, wantsAll: Bool, _ span: Span) {
        self.left = left
        self.right = right
        self.wantsAll = wantsAll
        self.span = span
    }

    func test(_ frame: inout Frame) throws(EvaluationError) -> Bool {
        let left = try left.set(&frame)
        let right = try right.set(&frame)
        return wantsAll ? left.isSuperset(of: right) : left.intersects(right)
    }
}

final class IsEmpty: BooleanInstruction {
    let part: any Instruction
    let span: Span

    init(_ part: any Instruction, _ span: Span) {
        self.part = part
        self.span = span
    }

    func test(_ frame: inout Frame) throws(EvaluationError) -> Bool { try part.set(&frame).isEmpty }
}

/// `entity.hasTag(name)`
final class HasTag: BooleanInstruction {
    let object: any Instruction
    let name: any Instruction
    let span: Span

    init(_ object: any Instruction, _ name: any Instruction, _ span: Span) {
        self.object = object
        self.name = name
        self.span = span
    }

    func test(_ frame: inout Frame) throws(EvaluationError) -> Bool {
        let uid = try object.uid(&frame)
        let name = try name.string(&frame)
        guard let place = frame.store.find(uid) else { return false }
        return frame.store.tags(place).contains(name)
    }
}

/// `entity.getTag(name)`
final class GetTag: Instruction {
    let object: any Instruction
    let name: any Instruction
    let span: Span

    init(_ object: any Instruction, _ name: any Instruction, _ span: Span) {
        self.object = object
        self.name = name
        self.span = span
    }

    func evaluate(_ frame: inout Frame) throws(EvaluationError) -> Value {
        let uid = try object.uid(&frame)
        let name = try name.string(&frame)
        guard let place = frame.store.find(uid) else { throw error(.noSuchEntity(uid)) }
        guard let tag = frame.store.tags(place)[name] else { throw error(.noSuchTag(name, of: uid)) }
        return tag
    }
}

/// The extension functions: decimals, addresses, moments and lengths of time.
final class ExtensionCall: Instruction {
    let function: Function
    let arguments: [any Instruction]
    let span: Span

    init(_ function: Function, _ arguments: [any Instruction], _ span: Span) {
        self.function = function
        self.arguments = arguments
        self.span = span
    }

    func evaluate(_ frame: inout Frame) throws(EvaluationError) -> Value {
        var values: [Value] = []
        values.reserveCapacity(arguments.count)
        for argument in arguments { values.append(try argument.evaluate(&frame)) }
        do throws(ExtensionFailure) {
            return try function.apply(values)
        } catch {
            switch error {
            case .reason(let reason): throw self.error(reason)
            case .wrongArgument(let index, let expected):
                throw arguments[index].wrongType(values[index], expected)
            }
        }
    }
}

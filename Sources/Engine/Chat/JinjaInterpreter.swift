/// Runs a template's parts.
struct JinjaInterpreter {
    private enum Flow { case onward, leaveLoop, nextTurn }

    let limits: ChatTemplate.Limits
    let date: [Int]?
    private var steps = 0
    private var scopes: [JinjaMap] = []
    private var output = ""
    private var outputCount = 0
    private var calls = 0
    private static let mostDepth = 40

    init(limits: ChatTemplate.Limits, date: [Int]?) {
        self.limits = limits
        self.date = date
    }

    mutating func run(_ nodes: [JinjaNode], _ variables: [(String, JinjaValue)]) throws(JinjaError) -> String
    {
        var globals = JinjaMap()
        for name in ["range", "namespace", "raise_exception", "strftime_now", "dict", "joiner", "cycler"] {
            globals[.string(name)] = .function(.named(name))
        }
        for (name, value) in variables { globals[.string(name)] = value }
        scopes = [globals, JinjaMap()]
        _ = try run(nodes)
        return output
    }

    /// Counts work; every loop and every value that is made does.
    mutating func charge(_ count: Int) throws(JinjaError) {
        steps += count
        guard steps <= limits.steps else {
            throw JinjaError("the template takes more than \(limits.steps) steps")
        }
    }

    private mutating func write(_ text: String) throws(JinjaError) {
        outputCount += text.utf8.count
        guard outputCount <= limits.outputBytes else {
            throw JinjaError("the template writes more than \(limits.outputBytes) bytes")
        }
        output += text
    }

    // MARK: Blocks

    private mutating func run(_ nodes: [JinjaNode]) throws(JinjaError) -> Flow {
        for node in nodes {
            try charge(1)
            let flow = try run(node)
            if flow != .onward { return flow }
        }
        return .onward
    }

    private mutating func run(_ node: JinjaNode) throws(JinjaError) -> Flow {
        switch node {
        case .text(let text): try write(text)
        case .output(let expression): try write(try text(try evaluate(expression)))
        case .condition(let branches, let otherwise):
            for (test, body) in branches where try evaluate(test).isTrue { return try run(body) }
            return try run(otherwise)
        case .loop(let names, let source, let filter, let body, let otherwise):
            try loop(names, source, filter, body, otherwise)
        case .set(let names, let expression): try assign(names, try evaluate(expression))
        case .setMember(let name, let member, let expression):
            guard case .namespace(let space) = lookUp(name) else {
                throw JinjaError("\(name) is no namespace, so \(name).\(member) cannot be set")
            }
            let value = try evaluate(expression)
            if case .namespace = value { throw JinjaError("a namespace in a namespace") }
            space.values[.string(member)] = value
        case .setBlock(let name, let body, let filters):
            let text = try captured(body)
            try assign([name], try filtered(.string(text), filters))
        case .filterBlock(let filters, let body):
            let text = try captured(body)
            try write(try self.text(try filtered(.string(text), filters)))
        case .macro(let name, let macro): try assign([name], .function(.macro(macro)))
        case .leave(let isBreak): return isBreak ? .leaveLoop : .nextTurn
        }
        return .onward
    }

    /// What parts write.
    private mutating func captured(_ nodes: [JinjaNode]) throws(JinjaError) -> String {
        let outer = output
        output = ""
        defer { output = outer }
        scopes.append(JinjaMap())
        defer { scopes.removeLast() }
        _ = try run(nodes)
        return output
    }

    private mutating func filtered(
        _ value: JinjaValue,
        _ filters: [(String, JinjaArguments)]
    ) throws(JinjaError) -> JinjaValue {
        var value = value
        for (name, arguments) in filters { value = try filter(name, value, try evaluate(arguments)) }
        return value
    }

    private mutating func loop(
        _ names: [String],
        _ source: JinjaExpression,
        _ filter: JinjaExpression?,
        _ body: [JinjaNode],
        _ otherwise: [JinjaNode]
    ) throws(JinjaError) {
        let value = try evaluate(source)
        guard var items = try elements(of: value) else { throw JinjaError("a loop over \(value.kind)") }
        scopes.append(JinjaMap())
        defer { scopes.removeLast() }
        if let filter {
            var kept: [JinjaValue] = []
            for item in items {
                try charge(1)
                try assign(names, item)
                if try evaluate(filter).isTrue { kept.append(item) }
            }
            items = kept
        }
        guard !items.isEmpty else {
            _ = try run(otherwise)
            return
        }
        for (index, item) in items.enumerated() {
            try charge(8)
            scopes[scopes.count - 1] = JinjaMap()
            try assign(names, item)
            let count = items.count
            scopes[scopes.count - 1][.string("loop")] = .map(
                JinjaMap([
                    ("index", .integer(index + 1)), ("index0", .integer(index)), ("first", .bool(index == 0)),
                    ("last", .bool(index == count - 1)), ("length", .integer(count)),
                    ("revindex", .integer(count - index)), ("revindex0", .integer(count - index - 1)),
                    ("previtem", index > 0 ? items[index - 1] : .undefined("loop.previtem")),
                    ("nextitem", index + 1 < count ? items[index + 1] : .undefined("loop.nextitem")),
                ])
            )
            if try run(body) == .leaveLoop { break }
        }
    }

    private mutating func assign(_ names: [String], _ value: JinjaValue) throws(JinjaError) {
        if names.count == 1 {
            scopes[scopes.count - 1][.string(names[0])] = value
            return
        }
        guard let items = try elements(of: value), items.count == names.count else {
            throw JinjaError("\(value.kind) for \(names.count) names")
        }
        for (name, item) in zip(names, items) { scopes[scopes.count - 1][.string(name)] = item }
    }

    private func lookUp(_ name: String) -> JinjaValue {
        for scope in scopes.reversed() { if let value = scope[.string(name)] { return value } }
        return .undefined(name)
    }

    // MARK: Expressions

    mutating func evaluate(_ expression: JinjaExpression) throws(JinjaError) -> JinjaValue {
        try charge(1)
        let value = try computed(expression)
        guard value.depth <= Self.mostDepth else {
            throw JinjaError("values nested deeper than \(Self.mostDepth)")
        }
        return value
    }

    private mutating func computed(_ expression: JinjaExpression) throws(JinjaError) -> JinjaValue {
        switch expression {
        case .literal(let value): return value
        case .name(let name): return lookUp(name)
        case .list(let parts): return .list(try values(parts))
        case .tuple(let parts): return .list(try values(parts), isTuple: true)
        case .map(let entries):
            var map = JinjaMap()
            for (key, value) in entries {
                map[try evaluate(key)] = try held(try evaluate(value))
            }
            return .map(map)
        case .member(let base, let name): return try member(try evaluate(base), name)
        case .item(let base, let key): return try item(try evaluate(base), try evaluate(key))
        case .slice(let base, let first, let last, let step):
            return try slice(
                try evaluate(base),
                try bound(first),
                try bound(last),
                try bound(step)
            )
        case .call(let callee, let arguments):
            return try call(try evaluate(callee), try evaluate(arguments))
        case .filter(let base, let name, let arguments):
            return try filter(name, try evaluate(base), try evaluate(arguments))
        case .test(let base, let name, let arguments, let isNegated):
            return .bool(try test(name, try evaluate(base), try evaluate(arguments)) != isNegated)
        case .unary(let sign, let operand): return try unary(sign, try evaluate(operand))
        case .binary(let sign, let left, let right):
            let first = try evaluate(left)
            if sign == "and" { return first.isTrue ? try evaluate(right) : first }
            if sign == "or" { return first.isTrue ? first : try evaluate(right) }
            return try binary(sign, first, try evaluate(right))
        case .choice(let value, let condition, let otherwise):
            if try evaluate(condition).isTrue { return try evaluate(value) }
            return try otherwise.map { (part) throws(JinjaError) in try evaluate(part) } ?? .undefined("else")
        }
    }

    private mutating func values(_ parts: [JinjaExpression]) throws(JinjaError) -> [JinjaValue] {
        var values: [JinjaValue] = []
        for part in parts { values.append(try held(try evaluate(part))) }
        return values
    }

    /// A value that goes into another: a namespace does not, it could hold itself.
    func held(_ value: JinjaValue) throws(JinjaError) -> JinjaValue {
        if case .namespace = value { throw JinjaError("a namespace in a list") }
        return value
    }

    private mutating func bound(_ part: JinjaExpression?) throws(JinjaError) -> Int? {
        guard let part else { return nil }
        let value = try evaluate(part)
        if case .none = value { return nil }
        guard let number = value.whole else { throw JinjaError("a slice by \(value.kind)") }
        return number
    }

    mutating func evaluate(_ arguments: JinjaArguments) throws(JinjaError) -> JinjaCall {
        var call = JinjaCall()
        for part in arguments.plain { call.plain.append(try evaluate(part)) }
        for (name, value) in arguments.named { call.named[.string(name)] = try evaluate(value) }
        return call
    }

    private mutating func call(_ callee: JinjaValue, _ call: JinjaCall) throws(JinjaError) -> JinjaValue {
        guard case .function(let function) = callee else { throw JinjaError("a call of \(callee.kind)") }
        switch function {
        case .named(let name): return try self.function(name, call)
        case .method(let base, let name): return try method(name, base, call)
        case .macro(let macro): return .string(try expand(macro, call))
        }
    }

    private mutating func expand(_ macro: JinjaMacro, _ call: JinjaCall) throws(JinjaError) -> String {
        guard calls < limits.callDepth else { throw JinjaError("macros call each other too deeply") }
        calls += 1
        defer { calls -= 1 }
        guard call.plain.count <= macro.parameters.count else {
            throw JinjaError("a macro with too many arguments")
        }
        // A macro sees what the template has set, not its caller's names.
        let outer = scopes
        scopes = Array(scopes.prefix(2)) + [JinjaMap()]
        defer { scopes = outer }
        for (index, parameter) in macro.parameters.enumerated() {
            let given = index < call.plain.count ? call.plain[index] : call.named[.string(parameter.name)]
            let value: JinjaValue
            if let given {
                value = given
            } else if let fallback = parameter.fallback {
                value = try evaluate(fallback)
            } else {
                value = .undefined(parameter.name)
            }
            try assign([parameter.name], value)
        }
        return try captured(macro.body)
    }

    /// The elements of a value, paid for before they are made; nil for what has none.
    mutating func elements(of value: JinjaValue) throws(JinjaError) -> [JinjaValue]? {
        if case .string = value { try charge(value.size * 16) }
        return value.elements
    }

    /// The text of a value, paid for before it is made.
    mutating func text(_ value: JinjaValue) throws(JinjaError) -> String {
        try charge(value.size)
        return value.text
    }
}

/// Arguments with their values.
struct JinjaCall {
    var plain: [JinjaValue] = []
    var named = JinjaMap()

    /// An argument by its place or its name.
    func value(_ index: Int, _ name: String) -> JinjaValue? {
        index < plain.count ? plain[index] : named[.string(name)]
    }
}

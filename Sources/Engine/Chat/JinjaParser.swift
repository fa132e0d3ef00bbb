/// Reads a template's words into its parts.
struct JinjaParser {
    let tokens: [JinjaLexer.Token]
    var index = 0
    var depth = 0
    static let mostDepth = 80
    /// Operators, members and filters of a tag so far; the tree of them may be as deep.
    var links = 0
    static let mostLinks = 500

    /// Reads a template.
    ///
    /// - Throws: `JinjaError`, naming what is not known.
    static func nodes(of source: String) throws(JinjaError) -> [JinjaNode] {
        var parser = JinjaParser(tokens: try JinjaLexer.tokens(of: source))
        let nodes = try parser.block(until: [])
        guard parser.index == parser.tokens.count else { throw JinjaError("an end without a beginning") }
        return nodes
    }

    private init(tokens: [JinjaLexer.Token]) { self.tokens = tokens }

    var next: JinjaLexer.Token? { index < tokens.count ? tokens[index] : nil }

    mutating func take(_ sign: String) -> Bool {
        guard next == .sign(sign) else { return false }
        index += 1
        return true
    }

    mutating func take(word: String) -> Bool {
        guard next == .name(word) else { return false }
        index += 1
        return true
    }

    mutating func require(_ sign: String) throws(JinjaError) {
        guard take(sign) else { throw JinjaError("\"\(sign)\" is missing before \(place)") }
    }

    var place: String { next.map { "\($0)" } ?? "the end" }

    mutating func name() throws(JinjaError) -> String {
        guard case .name(let name)? = next else { throw JinjaError("a name is missing before \(place)") }
        index += 1
        return name
    }

    mutating func close() throws(JinjaError) {
        guard case .close? = next else { throw JinjaError("a tag goes on with \(place)") }
        index += 1
        links = 0
    }

    mutating func deeper<Value>(_ read: (inout JinjaParser) throws(JinjaError) -> Value)
        throws(JinjaError)
        -> Value
    {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.mostDepth else { throw JinjaError("nesting deeper than \(Self.mostDepth)") }
        return try read(&self)
    }

    // MARK: Blocks

    /// Parts up to a block with one of these names, which is not taken.
    mutating func block(until ends: Set<String>) throws(JinjaError) -> [JinjaNode] {
        try deeper { (parser) throws(JinjaError) in try parser.parts(until: ends) }
    }

    mutating func parts(until ends: Set<String>) throws(JinjaError) -> [JinjaNode] {
        var nodes: [JinjaNode] = []
        while let token = next {
            switch token {
            case .text(let text):
                nodes.append(.text(text))
                index += 1
            case .open(isBlock: false):
                index += 1
                nodes.append(.output(try tuple()))
                try close()
            case .open(isBlock: true):
                guard index + 1 < tokens.count, case .name(let name) = tokens[index + 1] else {
                    throw JinjaError("a block without a name")
                }
                if ends.contains(name) { return nodes }
                index += 2
                nodes += try statement(name)
            default: throw JinjaError("text begins with \(place)")
            }
        }
        guard ends.isEmpty else {
            throw JinjaError("a block without \(ends.sorted().joined(separator: " or "))")
        }
        return nodes
    }

    /// Takes the block that ended a list of parts; its name.
    mutating func end() throws(JinjaError) -> String {
        index += 1
        return try name()
    }

    mutating func statement(_ kind: String) throws(JinjaError) -> [JinjaNode] {
        switch kind {
        case "if": return [try condition()]
        case "for": return [try loop()]
        case "set": return [try assignment()]
        case "macro": return [try macro()]
        case "break", "continue":
            try close()
            return [.leave(isBreak: kind == "break")]
        case "generation":
            // Marks what an assistant wrote; it changes no text.
            try close()
            let body = try block(until: ["endgeneration"])
            _ = try end()
            try close()
            return body
        case "filter":
            let filters = try filterChain()
            try close()
            let body = try block(until: ["endfilter"])
            _ = try end()
            try close()
            return [.filterBlock(filters, body)]
        default: throw JinjaError("the block \"\(kind)\"")
        }
    }

    mutating func condition() throws(JinjaError) -> JinjaNode {
        var branches: [(JinjaExpression, [JinjaNode])] = []
        var otherwise: [JinjaNode] = []
        var test = try tuple()
        try close()
        while true {
            let body = try block(until: ["elif", "else", "endif"])
            branches.append((test, body))
            switch try end() {
            case "elif":
                test = try tuple()
                try close()
                continue
            case "else":
                try close()
                otherwise = try block(until: ["endif"])
                _ = try end()
            default: break
            }
            try close()
            return .condition(branches, otherwise: otherwise)
        }
    }

    mutating func names() throws(JinjaError) -> [String] {
        let isWrapped = take("(")
        var names = [try name()]
        while take(",") { names.append(try name()) }
        if isWrapped { try require(")") }
        return names
    }

    mutating func loop() throws(JinjaError) -> JinjaNode {
        let names = try names()
        guard take(word: "in") else { throw JinjaError("\"in\" is missing before \(place)") }
        let source = try either()
        let filter = take(word: "if") ? try either() : nil
        if take(word: "recursive") { throw JinjaError("a recursive loop") }
        try close()
        let body = try block(until: ["else", "endfor"])
        var otherwise: [JinjaNode] = []
        if try end() == "else" {
            try close()
            otherwise = try block(until: ["endfor"])
            _ = try end()
        }
        try close()
        return .loop(names, source, filter: filter, body: body, otherwise: otherwise)
    }

    mutating func assignment() throws(JinjaError) -> JinjaNode {
        let names = try names()
        if names.count == 1, take(".") {
            let member = try name()
            try require("=")
            let value = try tuple()
            try close()
            return .setMember(names[0], member, value)
        }
        if take("=") {
            let value = try tuple()
            try close()
            return .set(names, value)
        }
        let filters = next == .sign("|") ? try filterChain() : []
        try close()
        let body = try block(until: ["endset"])
        _ = try end()
        try close()
        return .setBlock(names[0], body, filters: filters)
    }

    mutating func filterChain() throws(JinjaError) -> [(String, JinjaArguments)] {
        var filters: [(String, JinjaArguments)] = []
        if next != .sign("|") { filters.append((try name(), try optionalArguments())) }
        while take("|") { filters.append((try name(), try optionalArguments())) }
        return filters
    }

    mutating func macro() throws(JinjaError) -> JinjaNode {
        let title = try name()
        try require("(")
        var parameters: [(name: String, fallback: JinjaExpression?)] = []
        while next != .sign(")") {
            let parameter = try name()
            parameters.append((parameter, take("=") ? try expression() : nil))
            guard take(",") else { break }
        }
        try require(")")
        try close()
        let body = try block(until: ["endmacro"])
        _ = try end()
        if case .name? = next { index += 1 }
        try close()
        return .macro(title, JinjaMacro(parameters: parameters, body: body))
    }
}

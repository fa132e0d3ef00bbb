extension WordPattern {
    /// Why a pattern cannot be compiled.
    struct Unsupported: Error, CustomStringConvertible {
        var description: String
    }

    /// Compiles a pattern.
    ///
    /// Known are alternatives, groups, `(?i:…)`, sets in brackets, `\p{…}` of general categories, `\s \S \d
    /// \D`, greedy and possessive repeats, `$`, and looking ahead for one scalar.
    ///
    /// - Throws: `Unsupported`, naming what is not known.
    init(_ source: String) throws(Unsupported) {
        var parser = WordPatternParser(source)
        let node = try parser.whole()
        var compiler = WordPatternCompiler()
        try compiler.emit(node)
        self.source = source
        program = compiler.program + [.match]
    }

    /// A pattern that matches a text itself.
    init(literal text: String) {
        source = "literal \(text)"
        program =
            text.unicodeScalars.map { .one(ScalarSet(ranges: [$0.value...$0.value])) } + [.match]
    }
}

/// A part of a pattern.
indirect enum WordPatternNode {
    case set(ScalarSet)
    case sequence([WordPatternNode])
    case choice([WordPatternNode])
    case repeats(WordPatternNode, least: Int, most: Int, isPossessive: Bool)
    case ahead(ScalarSet, isNegated: Bool)
    case lineEnd

    /// Whether it can match without taking a scalar.
    var canBeEmpty: Bool {
        switch self {
        case .set: false
        case .sequence(let parts): parts.allSatisfy(\.canBeEmpty)
        case .choice(let parts): parts.contains(where: \.canBeEmpty)
        case .repeats(let part, let least, _, _): least == 0 || part.canBeEmpty
        case .ahead, .lineEnd: true
        }
    }
}

/// Turns parts into instructions.
private struct WordPatternCompiler {
    private(set) var program: [WordPattern.Instruction] = []
    private static let mostInstructions = 4096

    mutating func emit(_ node: WordPatternNode) throws(WordPattern.Unsupported) {
        guard program.count < Self.mostInstructions else {
            throw WordPattern.Unsupported(description: "it has more than \(Self.mostInstructions) steps")
        }
        switch node {
        case .set(let set): program.append(.one(set))
        case .sequence(let parts): for part in parts { try emit(part) }
        case .choice(let parts): try emit(choice: parts)
        case .ahead(let set, let isNegated): program.append(.ahead(set, isNegated: isNegated))
        case .lineEnd: program.append(.lineEnd)
        case .repeats(.set(let set), let least, let most, let isPossessive):
            program.append(.run(set, least: least, most: most, isPossessive: isPossessive))
        case .repeats(let part, let least, let most, let isPossessive):
            guard !isPossessive else {
                throw WordPattern.Unsupported(description: "a group is repeated possessively")
            }
            try emit(part, least: least, most: most)
        }
    }

    private mutating func emit(choice parts: [WordPatternNode]) throws(WordPattern.Unsupported) {
        var exits: [Int] = []
        for (index, part) in parts.enumerated() {
            guard index + 1 < parts.count else {
                try emit(part)
                break
            }
            let fork = program.count
            program.append(.fork(other: 0))
            try emit(part)
            exits.append(program.count)
            program.append(.jump(0))
            program[fork] = .fork(other: program.count)
        }
        for exit in exits { program[exit] = .jump(program.count) }
    }

    private mutating func emit(
        _ part: WordPatternNode,
        least: Int,
        most: Int
    ) throws(WordPattern.Unsupported) {
        guard least <= 16, most <= 16 || most == .max, !part.canBeEmpty else {
            throw WordPattern.Unsupported(description: "a group is repeated that may be empty, or too often")
        }
        for _ in 0..<least { try emit(part) }
        let first = program.count
        if most == .max {
            program.append(.fork(other: 0))
            try emit(part)
            program.append(.jump(first))
            program[first] = .fork(other: program.count)
            return
        }
        var forks: [Int] = []
        for _ in least..<most {
            forks.append(program.count)
            program.append(.fork(other: 0))
            try emit(part)
        }
        for fork in forks { program[fork] = .fork(other: program.count) }
    }
}

import Foundation
import Testing

/// Holds the shape: types stay small enough to be read at once, and nobody asks which policy or engine it is.
@Suite struct ShapeTests {
    /// Types whose properties are the fields of a JSON object that others read: fields are added there, never
    /// renamed.
    private static let wireTypes: Set<String> = [
        "CandidateItem", "RoundSummary", "StatusReply", "CompletionRequest", "TrainerPlan",
    ]

    @Test func `no type has more than 15 stored properties`() throws {
        for type in try types() where type.kind != "protocol" && !Self.wireTypes.contains(type.name) {
            if type.storedCount > 15 {
                Issue.record(
                    "\(type.file): \(type.name) has \(type.storedCount) stored properties: group them"
                )
            }
        }
    }

    @Test func `no protocol has more than 12 requirements`() throws {
        for type in try types() where type.kind == "protocol" && type.requirementCount > 12 {
            Issue.record("\(type.file): \(type.name) has \(type.requirementCount) requirements: split it")
        }
    }

    @Test func `the counts see what they count`() {
        let text = """
            struct A { let a = 1, b: Int
                var c: Int { 1 }
                static let d = 2
                func e() { let f = 3 } }
            protocol P { var g: Int { get }
                func h()
                init() }
            """
        let found = SourceType.all(in: text, file: "x")

        #expect(found.map(\.name) == ["A", "P"])
        #expect(found[0].storedCount == 2)
        #expect(found[1].requirementCount == 3)
    }

    @Test(arguments: [
        (#"\bdsWeight\b"#, 8, "only the DS weight's own files name it: read scores[.ds]"),
        (#"policy (==|!=) \."#, 0, "a policy is a list of filters: ask the filters"),
        (#"kind == \.scaleout"#, 0, "only the factory tells engines apart"),
        (#"switch [a-z.]*answerKind\b"#, 0, "ask the answer kind"),
    ])
    func `what varies is asked in one place`(pattern: String, most: Int, reason: String) throws {
        let regex = try Regex(pattern)
        let files = try SourceTree.swiftFiles(under: "Sources").filter { $0.text.contains(regex) }

        #expect(files.count <= most, "\(reason): \(files.map(\.path))")
    }

    private func types() throws -> [SourceType] {
        try SourceTree.swiftFiles(under: "Sources").flatMap { SourceType.all(in: $0.text, file: $0.path) }
    }
}

/// A type as it can be seen in a source text, without a compiler.
struct SourceType {
    let file: String
    let kind: String
    let name: String
    /// What is in its braces, bodies within left empty.
    private let lines: [Substring]

    /// Properties that take memory: declared without a body, not static.
    var storedCount: Int {
        lines.reduce(0) { count, line in
            guard line.contains(/\b(let|var)\s+\w/), !line.contains(/\b(static|func|case|init|subscript)\b/),
                !line.contains("{}") || line.contains("=")
            else { return count }
            return count + 1 + line.prefix { $0 != "=" }.matches(of: /,\s*\w+\s*:/).count
                + line.matches(of: /=\s*[^,(]+,\s*\w+\s*:/).count
        }
    }

    /// What a conforming type must bring.
    var requirementCount: Int {
        lines.reduce(0) { $0 + $1.matches(of: /\b(func|var|init|subscript|associatedtype)\b/).count }
    }

    /// Every type in a text.
    static func all(in text: String, file: String) -> [SourceType] {
        let plain = text.replacing(/\/\/[^\n]*/, with: "")
            .replacing(/"""(.|\n)*?"""/, with: "\"\"")
            .replacing(/"(\\.|[^"\\\n])*"/, with: "\"\"")
        return plain.matches(of: /\b(struct|class|actor|enum|protocol)\s+(\w+)[^{};=]*\{/).map { match in
            SourceType(
                file: file,
                kind: String(match.1),
                name: String(match.2),
                lines: body(plain[match.range.upperBound...]).split(separator: "\n")
            )
        }
    }

    private static func body(_ rest: Substring) -> String {
        var (depth, body) = (1, "")
        for character in rest {
            if character == "}" { depth -= 1 }
            if depth == 0 { break }
            if depth == 1, character != "}" { body.append(character) }
            if character == "{" {
                depth += 1
                if depth == 2 { body.append("}") }
            }
        }
        return body
    }
}

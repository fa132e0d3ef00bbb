import Engine
import Foundation
import Testing

/// Renderings that scripts/record/chats.py recorded.
struct RecordedChats: Decodable {
    struct Case: Decodable {
        var name: String
        var template: String
        /// The rendering; nil where the reference refuses, too.
        var text: String?
    }

    var templates: [String: String]
    var cases: [Case]

    /// The cases that come out otherwise, each with what comes out.
    static func wrong(_ data: Data) throws -> (wrong: [String], count: Int) {
        let recorded = try JSONDecoder().decode(RecordedChats.self, from: data)
        // Variables keep the order of their members, which JSONDecoder does not.
        let whole = try JinjaValue.parse(Array(data)).members.first { $0.0 == "cases" }?.1
        let variables = (whole?.items ?? []).map { $0.members.first { $0.0 == "variables" }?.1.members ?? [] }
        var wrong: [String] = []
        for (one, variables) in zip(recorded.cases, variables) {
            let source = try #require(recorded.templates[one.template])
            do {
                let text = try ChatTemplate(source).render(variables, date: [2024, 7, 26, 13, 5, 9])
                let isEqual = one.text.map { $0.utf8.elementsEqual(text.utf8) } ?? false
                if !isEqual { wrong.append("\(one.name): \(text)") }
            } catch {
                if one.text != nil { wrong.append("\(one.name): \(error)") }
            }
        }
        return (wrong, recorded.cases.count)
    }
}

@Suite struct ChatTemplateTests {
    @Test func `templates come out as transformers renders them`() throws {
        let (wrong, count) = try RecordedChats.wrong(TokenizerFixtures.data("chats.json"))

        #expect(count == 48)
        #expect(wrong == [])
    }

    static let published = ProcessInfo.processInfo.environment["AUTODIDACT_TEST_CHATS"]

    /// The file that scripts/record/chats.py makes of llama.cpp's folder models/templates; it is not part of
    /// this repository.
    @Test(.enabled(if: published != nil, "AUTODIDACT_TEST_CHATS names no file: skipped"))
    func `published templates come out as transformers renders them`() throws {
        let path = try #require(Self.published)

        let (wrong, count) = try RecordedChats.wrong(Data(contentsOf: URL(fileURLWithPath: path)))

        #expect(count > 400)
        #expect(wrong == [])
    }

    private func render(_ source: String) -> String {
        do {
            var limits = ChatTemplate.Limits()
            limits.steps = 500_000
            limits.outputBytes = 1 << 16
            return try ChatTemplate(source).render([("x", .integer(1))], limits: limits)
        } catch {
            return "\(error)"
        }
    }

    static let nested = String(repeating: "(", count: 5000) + "1" + String(repeating: ")", count: 5000)
    static let blocks = String(repeating: "{% if x %}", count: 5000)
    static let chain = "{{ " + String(repeating: "1 + ", count: 5000) + "1 }}"
    static let members = "{{ x" + String(repeating: ".y", count: 5000) + " }}"
    static let doubled = "{% set s = namespace(v=['a']) %}{% for i in range(90) %}"

    @Test(
        .timeLimit(.minutes(1)),
        arguments: [
            ("{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}", "steps"),
            ("{{ range(1000000000) }}", "a range of more than"),
            ("{{ 'a' * 1000000000000 }}", "steps"),
            (doubled + "{% set s.v = s.v + s.v %}{% endfor %}", "steps"),
            (doubled + "{% set s.v = [s.v, s.v] %}{% endfor %}", "nested deeper"),
            (
                "{% set s = namespace(v='a') %}{% for i in range(90) %}{% set s.v = s.v ~ s.v %}{% endfor %}",
                "steps"
            ),
            (
                "{% set s = namespace(v='a') %}{% for i in range(90) %}{% set s.v = s.v | replace('a', 'aa') %}{% endfor %}",
                "steps"
            ),
            (
                doubled + "{% set s.v = [s.v, s.v] if i < 35 else s.v %}{% endfor %}{{ s.v | tojson }}",
                "steps"
            ),
            (doubled + "{% set s.v = [s.v, s.v] if i < 35 else s.v %}{% endfor %}{{ s.v == s.v }}", "steps"),
            (doubled + "{% set s.v = [s.v, s.v] if i < 35 else s.v %}{% endfor %}{{ s.v }}", "steps"),
            ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "macros call each other too deeply"),
            ("{% for i in range(9999) %}0123456789{% endfor %}", "bytes"),
            ("{{ \(nested) }}", "nesting deeper"), (blocks, "nesting deeper"), (chain, "operators in a tag"),
            (members, "operators in a tag"),
            ("{% set s = namespace() %}{% set s.v = s %}", "a namespace in a"),
            ("{{ 9223372036854775807 + 1 }}", "out of range"), ("{{ 1 // 0 }}", "division by zero"),
            ("{{ x | nothing }}", "the filter \"nothing\""), ("{{ x.__class__.__mro__ }}", "is undefined"),
            ("{% include 'x' %}", "the block \"include\""), ("{{ 'a'", "does not end"),
            ("{% if x %}", "endif"),
            ("{# ", "does not end"), ("{{ x[1:2:3:4] }}", "four parts"),
        ]
    )
    func `no template loops, nests or grows without end`(source: String, words: String) {
        #expect(render(source).contains(words), "\(render(source).prefix(200))")
    }

    @Test(.timeLimit(.minutes(1)))
    func `damaged templates are rendered or refused`() throws {
        let data = try TokenizerFixtures.data("chats.json")
        let templates = try JSONDecoder().decode(RecordedChats.self, from: data).templates
        var state: UInt64 = 1
        func next(_ count: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % max(count, 1)
        }
        let words = [
            "{%", "%}", "{{", "}}", "(", ")", "[", "|", "'", "-", " if ", " for ", " in ", "endfor", "{#",
            ":",
        ]

        for (_, source) in templates.sorted(by: { $0.key < $1.key }) {
            for _ in 0..<40 {
                var scalars = Array(source.unicodeScalars)
                for _ in 0...next(3) {
                    let place = next(scalars.count)
                    if next(2) == 0 {
                        scalars.removeSubrange(place..<min(place + next(6), scalars.count))
                    } else {
                        scalars.insert(contentsOf: Array(words[next(words.count)].unicodeScalars), at: place)
                    }
                }
                #expect(render(String(String.UnicodeScalarView(scalars))).utf8.count < 1 << 20)
            }
        }
    }
}

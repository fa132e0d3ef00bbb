import Engine
import Testing

/// Filters and methods that are easily mixed up with their namesakes, as transformers renders them.
@Suite struct ChatFilterTests {
    @Test(arguments: [
        ("{{ {'a': 'é<', 'b': [1]}|tojson(true) }}", #"{"a": "\u00e9<", "b": [1]}"#),
        ("{{ {'a': 'é<'}|tojson(false) }}", #"{"a": "é<"}"#),
        ("{{ {'a': [1]}|tojson(2) }}", #"{"a": [1]}"#),
        ("{{ {'a': 1}|tojson(false, 2) }}", "{\n  \"a\": 1\n}"),
        ("{{ {'a': 1}|tojson(indent=2) }}", "{\n  \"a\": 1\n}"),
        (#"{{ 'a\r\nb\rc\n'.splitlines()|join('|') }}"#, "a|b|c"),
        (#"{{ 'a\r\nb'.splitlines(true)|join('|') }}"#, "a\r\n|b"),
        (#"{{ "it's a-b they're (x) x_y"|title }}"#, "It's A-B They're (X) X_y"),
        (#"{{ "it's a-b they're (x) x_y".title() }}"#, "It'S A-B They'Re (X) X_Y"),
    ])
    func `a filter gives what transformers gives`(template: String, text: String) throws {
        let rendered = try ChatTemplate(template).render([("x", .integer(1))])

        #expect(rendered == text)
    }
}

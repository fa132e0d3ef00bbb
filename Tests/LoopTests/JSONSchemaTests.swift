import Loop
import Testing

/// Which schemas are taken, and which values fit them.
@Suite struct JSONSchemaTests {
    private static let person = #"""
        {
          "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "A person", "type": "object",
          "properties": {
            "name": {"type": "string", "minLength": 1, "maxLength": 5},
            "age": {"type": "integer", "minimum": 0, "exclusiveMaximum": 150},
            "tags": {"type": "array", "items": {"enum": ["a", "b"]}, "minItems": 1, "maxItems": 2},
            "size": {"anyOf": [{"type": "number", "exclusiveMinimum": 0, "maximum": 3}, {"type": "null"}]},
            "kind": {"const": {"x": 1.0}}
          },
          "required": ["name"],
          "additionalProperties": false
        }
        """#

    private static func reading(_ value: String, _ schema: String) -> AnswerReading {
        var settings = AnswerSettings()
        settings.schema = schema
        return JSONAnswer(QuestionInput(text: "q", split: .train, origin: "t"), settings).read(value[...])
    }

    @Test(arguments: [
        #"{"name":"Ada"}"#, #"{"name":"Ada","age":36}"#, #"{"age":36.0,"name":"A"}"#,
        #"{"name":"A","tags":["a","b"]}"#,
        #"{"name":"A","size":null}"#, #"{"name":"A","size":0.1}"#, #"{"name":"A","kind":{"x":1}}"#,
        #"{"name":"ééééé"}"#,
        #"{"name":"A","age":149}"#, #"{"name":"A","size":3.0}"#,
    ])
    func `a value that fits is an answer`(value: String) {
        #expect(Self.reading(value, Self.person).answer != nil)
    }

    @Test(arguments: [
        (#"{}"#, #"the field "name" is missing in the JSON"#),
        (#"[]"#, "the JSON is array; the schema wants object"),
        (#"{"name":1}"#, #""name" of the JSON is integer; the schema wants string"#),
        (#"{"name":""}"#, #""name" of the JSON has 0 characters; the schema wants 1 to 5"#),
        (#"{"name":"abcdef"}"#, #""name" of the JSON has 6 characters; the schema wants 1 to 5"#),
        (#"{"name":"A","age":1.5}"#, #""age" of the JSON is number; the schema wants integer"#),
        (#"{"name":"A","age":-1}"#, #""age" of the JSON is less than 0"#),
        (#"{"name":"A","age":150}"#, #""age" of the JSON is not less than 150"#),
        (#"{"name":"A","tags":[]}"#, #""tags" of the JSON has 0 items; the schema wants 1 to 2"#),
        (
            #"{"name":"A","tags":["c"]}"#,
            #""tags/0" of the JSON is "c", none of the values that the schema names"#
        ),
        (#"{"name":"A","size":0}"#, #""size" of the JSON fits none of the schema's alternatives"#),
        (
            #"{"name":"A","kind":{"x":2}}"#,
            #""kind" of the JSON is {"x":2}, none of the values that the schema names"#
        ),
        (#"{"name":"A","more":1}"#, #""more" of the JSON is not allowed by the schema"#),
    ])
    func `a value that does not fit is none, and the reason names its place`(value: String, reason: String) {
        #expect(Self.reading(value, Self.person) == .none(reason))
    }

    @Test(arguments: [
        ("[]", "/ is []"), ("{", "ends before"), ("{} {}", "more follows the schema"),
        (#"{"properties":{"a":{"format":"date"}}}"#, "/properties/a/format is not supported"),
        (#"{"pattern":"^a"}"#, "/pattern is not supported"), (##"{"$ref":"#/x"}"##, "/$ref is not supported"),
        (#"{"allOf":[]}"#, "/allOf is not supported"), (#"{"type":"text"}"#, "/type names \"text\""),
        (#"{"type":[]}"#, "/type must be a list"), (#"{"enum":[]}"#, "/enum must be a list"),
        (#"{"minItems":-1}"#, "/minItems is -1"), (#"{"maxLength":1.5}"#, "/maxLength is 1.5"),
        (#"{"minimum":"1"}"#, "/minimum is \"1\""), (#"{"items":[{}]}"#, "/items is [{}]"),
        (#"{"anyOf":[{},{"oneOf":[]}]}"#, "/anyOf/1/oneOf is not supported"),
        (#"{"required":"a"}"#, "/required must be"),
    ])
    func `a schema that asks for more than is checked is refused with its path`(schema: String, part: String)
    {
        var settings = AnswerSettings()
        settings.schema = schema

        let error = #expect(throws: LoopError.self) { try JSONAnswer.check(settings) }

        #expect(error?.message.hasPrefix("answer.schema: ") == true)
        #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
    }

    @Test func `numbers are compared exactly`() {
        #expect(Self.reading("0.1", #"{"const": 0.10}"#).answer?.canonical == "0.1")
        #expect(Self.reading("9007199254740993", #"{"maximum": 9007199254740992}"#).answer == nil)
        #expect(Self.reading("1e400", #"{"minimum": 1e399}"#).answer != nil)
        #expect(Self.reading("-2", #"{"minimum": -1.5}"#).answer == nil)
        #expect(Self.reading("0", #"{"exclusiveMinimum": -0.0}"#).answer == nil)
    }

    @Test func `true allows all and false nothing`() {
        #expect(Self.reading("1", "true").answer != nil)
        #expect(Self.reading("1", "false").answer == nil)
        #expect(Self.reading("[1]", #"{"items": false}"#).answer == nil)
        #expect(Self.reading("[]", #"{"items": false}"#).answer != nil)
    }
}

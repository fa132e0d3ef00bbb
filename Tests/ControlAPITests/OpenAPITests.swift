import ControlAPI
import Foundation
import Loop
import Testing

/// The OpenAPI document against what is sent: every fixture, every Swift type on the wire, every closed list.
///
/// A schema bears the name of its Swift type. Whoever adds a fixture adds it to the table here.
struct OpenAPITests {
    /// A fixture and the type whose schema it must satisfy.
    struct Sample: Sendable, CustomTestStringConvertible {
        let name: String
        let schema: String
        let decode: @Sendable (Data) throws -> Any
        var testDescription: String { name }

        init<Value: Decodable & Sendable>(_ name: String, _ type: Value.Type) {
            self.name = name
            schema = "\(type)"
            decode = { try ControlCoding.decode(Value.self, from: $0) }
        }

        /// The fixture's bytes.
        func data() throws -> Data {
            try Data(contentsOf: OpenAPITests.fixtures.appending(path: "\(name).json"))
        }
    }

    static let fixtures = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")

    static let samples = [
        Sample("add_questions", AddQuestionsReply.self),
        Sample("add_questions_request", AddQuestionsRequest.self),
        Sample("ask", AskReply.self),
        Sample("ask_request", AskRequest.self),
        Sample("ask_text", TextItem.self),
        Sample("ask_vote", AskReply.self),
        Sample("ask_vote_request", AskRequest.self),
        Sample("candidates", CandidatesReply.self),
        Sample("checkpoints", CheckpointsReply.self),
        Sample("compare", CompareReply.self),
        Sample("config", ConfigReply.self),
        Sample("epoch", EpochItem.self),
        Sample("event", EventItem.self),
        Sample("explain", ExplainReply.self),
        Sample("export", ExportReply.self),
        Sample("export_request", ExportRequest.self),
        Sample("lagged", LaggedItem.self),
        Sample("loop_state", LoopStateReply.self),
        Sample("pin", PinReply.self),
        Sample("pin_request", PinRequest.self),
        Sample("ping", PingReply.self),
        Sample("preflight", PreflightReply.self),
        Sample("problem", Problem.self),
        Sample("problem_faults", Problem.self),
        Sample("progress", ProgressItem.self),
        Sample("prune", PruneReply.self),
        Sample("prune_request", PruneRequest.self),
        Sample("retire", RetireReply.self),
        Sample("retire_lines_request", RetireRequest.self),
        Sample("retire_request", RetireRequest.self),
        Sample("retired", RetiredReply.self),
        Sample("rollback", RollbackReply.self),
        Sample("rollback_preview", RollbackPreviewReply.self),
        Sample("rollback_request", RollbackRequest.self),
        Sample("rollback_undo_request", RollbackRequest.self),
        Sample("round", RoundReply.self),
        Sample("rounds", RoundsReply.self),
        Sample("status", StatusReply.self),
        Sample("verify", VerifyReply.self),
    ]

    /// Read once: it is the larger part of what these tests do.
    private static let contract = Result { try SchemaChecker.ofContract() }

    private let checker: SchemaChecker

    init() throws { checker = try Self.contract.get() }

    @Test func `every fixture is in the table`() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.fixtures.path)

        #expect(Set(files) == Set(Self.samples.map { "\($0.name).json" }))
    }

    @Test(arguments: samples) func `a fixture satisfies its schema`(sample: Sample) throws {
        let schema = try #require(checker.schema(sample.schema), "add the schema \(sample.schema)")

        #expect(checker.errors(try JSONValue.parse(sample.data()), schema) == [])
    }

    @Test(arguments: samples) func `a schema has the fields of its Swift type`(sample: Sample) throws {
        let schema = try #require(checker.schema(sample.schema))

        let found = checker.differences(try sample.decode(sample.data()), schema)

        #expect(found.isEmpty, "\(found.joined(separator: "; "))")
    }

    @Test(arguments: samples) func `a schema refuses what lacks a field`(sample: Sample) throws {
        let schema = try #require(checker.schema(sample.schema))
        let whole = try #require(try JSONValue.parse(sample.data()).object)

        for name in schema["required"]?.strings ?? [] {
            let part = JSONValue.object(whole.filter { $0.key != name })
            #expect(checker.errors(part, schema) == ["$.\(name) is missing"])
        }
        for name in whole.keys {
            let odd = JSONValue.object(whole.merging([name: .array([.null])]) { $1 })
            #expect(!checker.errors(odd, schema).isEmpty, "\(name) may be anything")
        }
    }

    @Test func `no keyword goes unchecked and every reference leads somewhere`() {
        for value in checker.document.all {
            if let reference = value["$ref"]?.string {
                #expect(checker.target(of: reference) != nil, "\(reference)")
            }
            if let schema = value["schema"] { expectKnownKeywords(schema) }
        }
        for schema in (checker.document["components"]?["schemas"]?.object ?? [:]).values {
            expectKnownKeywords(schema)
        }
    }

    @Test func `every problem is listed`() throws {
        let listed = try #require(checker.schema("Problem")?["properties"]?["type"]?["enum"]?.strings)

        #expect(listed.sorted() == ProblemRow.all.map { Problem.typePrefix + $0.name.rawValue }.sorted())
    }

    @Test(arguments: [
        ("Phase", "enum", Phase.allCases.map(\.rawValue)),
        ("Split", "enum", Split.allCases.map(\.rawValue)),
        ("EventKind", "examples", EventKind.allCases.map(\.rawValue)),
        ("VerdictReason", "examples", VerdictReason.allCases.map(\.rawValue)),
    ])
    func `a list of words is that of the code`(name: String, keyword: String, words: [String]) throws {
        #expect(try #require(checker.schema(name)?[keyword]?.strings) == words)
    }

    @Test(arguments: [
        ("vote", "answer_kind", AnswerKinds.standard.names.map(\.rawValue)),
        ("vote", "extractor", ExtractorProfile.allCases.map(\.rawValue)),
        ("vote", "tie", TieRule.allCases.map(\.rawValue)),
        ("select", "policy", SelectionPolicyID.allCases.map(\.rawValue)),
        ("select", "cut", CutRule.allCases.map(\.rawValue)),
        ("select", "loss_span", LossSpan.allCases.map(\.rawValue)),
        ("select", "ds_side", DSSide.allCases.map(\.rawValue)),
        ("select", "ds_reference", DSReference.allCases.map(\.rawValue)),
        ("select", "entropy_rule", EntropyRule.allCases.map(\.rawValue)),
        ("finetune", "start_from", StartFrom.allCases.map(\.rawValue)),
    ])
    func `a setting's words are those of the code`(section: String, key: String, words: [String]) throws {
        let settings = try #require(checker.schema("RoundConfiguration")?["properties"]?[section])

        #expect(settings["properties"]?[key]?["enum"]?.strings == words)
    }

    @Test func `a few more lists are those of the code`() throws {
        let modules = checker.schema("RoundConfiguration")?["properties"]?["finetune"]?["properties"]?[
            "target_modules"
        ]
        let formats = checker.schema("ExportRequest")?["properties"]?["format"]?["enum"]

        #expect(modules?["items"]?["enum"]?.strings == TargetModule.allCases.map(\.rawValue))
        #expect(formats?.strings == ExportForm.allCases.map(\.rawValue))
    }

    @Test func `every operation says how it fails, and those that take a key say so`() throws {
        let paths = try #require(checker.document["paths"]?.object)
        var (names, keyed): ([String], Set<String>) = ([], [])
        for (path, methods) in paths {
            for (method, operation) in methods.object ?? [:] {
                names.append(try #require(operation["operationId"]?.string))
                let responses = try #require(operation["responses"]?.object)
                #expect(responses.keys.contains("500") && responses.keys.contains("503"), "\(path)")
                let takesKey = (operation["parameters"]?.array ?? [])
                    .contains { $0["$ref"]?.string == "#/components/parameters/IdempotencyKey" }
                let isReplayed = responses["200"]?["headers"]?[ControlHeader.replayed] != nil
                #expect(takesKey == isReplayed, "\(method) \(path)")
                if takesKey { keyed.insert(path) }
            }
        }

        #expect(Set(names).count == names.count)
        #expect(keyed == ControlRoute.keyed)
    }

    private func expectKnownKeywords(_ schema: JSONValue) {
        // Any value will do: what is asked is only whether each keyword has a meaning to the checker.
        let unknown = checker.errors(.null, schema).filter { $0.contains("is unknown here") }
        #expect(unknown == [], "\(schema)")
        let below =
            [schema["items"], schema["additionalProperties"]].compactMap { $0 }
            + (schema["anyOf"]?.array ?? []) + (schema["properties"]?.object ?? [:]).map(\.value)
        for schema in below { expectKnownKeywords(schema) }
    }
}

/// The checker itself: it must be able to fail.
struct SchemaCheckerTests {
    @Test(arguments: [
        (#"{"type": "integer"}"#, "1.5"), (#"{"type": "integer"}"#, #""1""#),
        (#"{"type": ["string", "null"]}"#, "1"),
        (#"{"enum": ["a"]}"#, #""b""#), (#"{"const": 1}"#, "2"), (#"{"minimum": 1}"#, "0"),
        (#"{"maximum": 1}"#, "2"), (#"{"minLength": 2}"#, #""a""#), (#"{"maxLength": 1}"#, #""ab""#),
        (#"{"pattern": "^a+$"}"#, #""ab""#), (#"{"required": ["a"]}"#, "{}"),
        (#"{"properties": {"a": {"type": "string"}}}"#, #"{"a": 1}"#),
        (#"{"additionalProperties": {"type": "string"}}"#, #"{"a": 1}"#),
        (#"{"items": {"type": "string"}}"#, "[1]"), (#"{"anyOf": [{"const": 1}, {"const": 2}]}"#, "3"),
        (##"{"$ref": "#/a"}"##, "1"), (##"{"$ref": "#/b"}"##, "1"), (#"{"oneOf": []}"#, "1"),
    ])
    func `wrong values and unknown keywords are found`(schema: String, value: String) throws {
        let checker = SchemaChecker(document: .object(["a": .object(["type": .string("string")])]))

        let errors = checker.errors(try parse(value), try parse(schema))

        #expect(errors.count == 1, "\(errors)")
    }

    @Test(arguments: [
        (#"{"type": "integer"}"#, "2"), (#"{"type": ["string", "null"]}"#, "null"),
        (#"{"minimum": 1}"#, #""x""#),
        (#"{"properties": {"a": {"type": "string"}}}"#, #"{"b": 1}"#),
        (#"{"anyOf": [{"const": 1}, {}]}"#, "3"),
        (#"{"type": "number", "description": "x"}"#, "1.5"),
    ])
    func `right values are let through`(schema: String, value: String) throws {
        let checker = SchemaChecker(document: .object([:]))

        #expect(checker.errors(try parse(value), try parse(schema)) == [])
    }

    private func parse(_ text: String) throws -> JSONValue { try JSONValue.parse(Data(text.utf8)) }
}

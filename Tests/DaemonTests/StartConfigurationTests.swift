import Daemon
import Foundation
import Loop
import Testing

/// The configuration that `autodidact init` writes: read as the daemon reads it, and checked with its files.
@Suite struct StartConfigurationTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        /// A record by its number.
        let row: @Sendable (Int) -> String
        /// Lines that the file has, up to their comment.
        let lines: [String]
        /// Keys that it has not.
        var missing: [String] = []
        var count = 80
        var testDescription: String { name }
    }

    private static let tiny = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "EngineTests/Fixtures/tiny").path(percentEncoded: false)

    private static func imported(_ rows: [String]) throws -> (ImportResult, ImportSettings) {
        var settings = ImportSettings()
        settings.allowsBareShots = true
        let bytes = Array(rows.joined(separator: "\n").utf8)
        return (try Importer.run([ImportSource(name: "data", bytes: bytes)], settings), settings)
    }

    private static func configuration(_ rows: [String]) throws -> (StartConfiguration, ImportResult) {
        let (result, settings) = try imported(rows)
        let configuration = try StartConfiguration(
            result,
            settings,
            model: tiny,
            modelReason: "tiny",
            names: { "\($0.rawValue).jsonl" },
            shots: "shots.txt"
        )
        return (configuration, result)
    }

    @Test(arguments: cases) func `it fits the questions, and the daemon takes it`(sample: Case) throws {
        let (configuration, result) = try Self.configuration((0..<sample.count).map(sample.row))
        let text = configuration.text(title: ["A title", "of two lines"])
        let directory = try TemporaryDirectory()
        for (split, questions) in result.splits where !questions.isEmpty {
            _ = try directory.write("\(split.rawValue).jsonl", QuestionFile.text(of: questions))
        }
        if !result.shots.isEmpty { _ = try directory.write("shots.txt", result.shotsText) }

        let settings = try SettingsReader(environment: [:])
            .read(file: try directory.write("autodidact.yaml", text))
        var checked = try CheckedSettings(settings)
        try checked.checkCounts(Dictionary(grouping: checked.questions, by: \.split).mapValues(\.count))

        let lines = text.split(separator: "\n").map { line in
            String(line.prefix(upTo: line.firstRange(of: "  #")?.lowerBound ?? line.endIndex))
        }
        for line in sample.lines {
            #expect(lines.contains { $0 == line || $0.hasPrefix(line + " ") }, "\(line) in\n\(text)")
        }
        for key in sample.missing { #expect(!text.contains("  \(key):"), "\(key) in\n\(text)") }
        #expect(text.hasPrefix("# A title\n# of two lines\n\nmodel: "))
        #expect(checked.questions.count == result.splits.values.reduce(0) { $0 + $1.count })
        #expect(configuration.choices.allSatisfy { !$0.reason.isEmpty })
    }

    @Test func `long questions get room in fine-tuning`() throws {
        let long = String(repeating: "a word and ", count: 150)
        let (configuration, _) = try Self.configuration(
            (0..<80).map { "{\"question\": \"\(long)\($0)?\", \"answer\": \($0 % 2 == 0)}" }
        )

        let chosen = configuration.choices.first { $0.path == "finetune.maxTokens" }
        #expect(chosen?.value == "640")
    }

    @Test(arguments: [
        (["{\"question\": \"One?\"}"], "no question has an answer"),
        (["{\"question\": \"One?\", \"answer\": 1}"], "no question is left to decide on a round"),
        (
            [
                "{\"question\": \"One?\", \"answer\": \"a b c d e f g h i j k l m n o p\"}"
            ], "no answer kind reads these answers by itself"
        ),
    ])
    func `what no round could use is refused`(rows: [String], message: String) {
        let fault = #expect(throws: QuestionFile.Fault.self) { try Self.configuration(rows) }

        #expect(fault?.detail.hasPrefix(message) == true, "\(fault?.detail ?? "")")
    }
}

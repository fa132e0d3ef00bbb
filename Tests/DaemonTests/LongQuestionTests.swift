import ControlAPI
import Daemon
import Foundation
import Loop
import Store
import Synchronization
import Testing

/// Questions and settings that cannot work with the model are refused with their place, before any round.
@Suite struct LongQuestionTests {
    /// The trained tiny model of EngineTests: it takes 1,024 tokens.
    private static let tiny = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "EngineTests/Fixtures/tiny").path(percentEncoded: false)

    private static let good = #"{"question": "What is 1 + 2?", "answer": "3"}"#
    private static var long: String {
        #"{"question": "What is 2 + 2"# + String(repeating: " + 1", count: 600) + #"?", "answer": "602"}"#
    }

    private func settings(_ directory: TemporaryDirectory, train: String) throws -> DaemonSettings {
        var settings = DaemonSettings()
        settings.model = Self.tiny
        settings.questions.train = try directory.write("train.jsonl", train)
        return settings
    }

    @Test func `a question longer than the model takes is refused at check with line, tokens and limit`()
        throws
    {
        let directory = try TemporaryDirectory()
        let settings = try settings(directory, train: Self.good + "\n" + Self.long + "\n")

        let error = #expect(throws: LoopError.self) { try CheckedSettings(settings) }

        let message = error?.message ?? ""
        #expect(message.hasPrefix("train.jsonl:2: the prompt has "), "\(message)")
        #expect(message.contains("the model takes 1,024"), "\(message)")
        #expect(error.map(ExitStatus.of) == 65)
    }

    @Test func `settings that leave no room are refused at check`() throws {
        let directory = try TemporaryDirectory()
        var settings = try settings(directory, train: Self.good + "\n")
        #expect(throws: Never.self) { try CheckedSettings(settings) }
        settings.round.generate.maxNewTokens = 1024

        let error = #expect(throws: LoopError.self) { try CheckedSettings(settings) }

        #expect(error?.message.hasPrefix("generate.maxNewTokens is 1,024") == true)
    }

    @Test func `settings that contradict each other are refused at check`() throws {
        let directory = try TemporaryDirectory()
        var settings = try settings(directory, train: Self.good + "\n")
        (settings.round.vote.minVotes, settings.round.generate.candidates) = (5, 4)

        let error = #expect(throws: LoopError.self) { try CheckedSettings(settings) }

        #expect(error?.message.contains("vote.minVotes is 5") == true)
    }

    @Test func `added questions are measured, too`() async throws {
        let bench = try Bench()
        let ruler = PromptRuler(contextLength: 300) { $0.text.split(separator: " ").count }
        bench.engine.rulers.withLock { $0 = ruler }
        let lines = [
            QuestionLine(question: "What is 1 + 2?", answer: "3"),
            QuestionLine(question: "What is 2 + 2" + String(repeating: " + 1", count: 600), answer: "602"),
        ]
        let request = AddQuestionsRequest(split: .train, lines: lines, source: "more.jsonl")

        let error = await #expect(throws: LoopError.self) { try await bench.control.add(request, key: nil) }

        #expect(error?.message.contains("the model takes 300") == true, "\(error?.message ?? "")")
        #expect(try await bench.store.questions(in: .train).isEmpty)
    }

    @Test func `a retired question that is too long is left alone, one in use is refused`() throws {
        let ruler = PromptRuler(contextLength: 300) { $0.text.split(separator: " ").count }
        let configuration = RoundConfiguration()
        let lengths = try LengthCheck(configuration, ruler)
        let long = QuestionInput(
            text: "What is 2 + 2" + String(repeating: " + 1", count: 600),
            answer: "602",
            split: .train,
            origin: "train.jsonl:2"
        )
        let journal = [Question(id: QuestionID(rawValue: 1), content: long)]

        let intake = try QuestionIntake.new(
            [long],
            journal: journal,
            retired: [QuestionID(rawValue: 1)],
            configuration: configuration,
            lengths: lengths
        )

        #expect(intake.retired.count == 1 && intake.added.isEmpty)
        #expect(throws: LoopError.self) {
            try QuestionIntake.new([long], journal: journal, configuration: configuration, lengths: lengths)
        }
    }

    @Test func `shots of Windows are read as they are meant, with a warning`() throws {
        let directory = try TemporaryDirectory()
        var settings = try settings(directory, train: Self.good + "\r\n")
        settings.shotsFile = try directory.write("shots.txt", "Q: What is 4 + 5?\r\nA: The answer is 9.")

        let checked = try CheckedSettings(settings)

        #expect(checked.settings.round.prompt.shots == "Q: What is 4 + 5?\nA: The answer is 9.\n")
        #expect(checked.warnings.count { $0.hasPrefix("prompt.shots") } == 2, "\(checked.warnings)")
        #expect(checked.questions.map(\.text) == ["What is 1 + 2?"])
    }

    @Test func `a byte order mark before the first question is left out`() throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write("q.jsonl", "\u{FEFF}" + Self.good + "\r\n")

        #expect(try QuestionIntake.read(path, split: .train).map(\.origin) == ["q.jsonl:1"])
    }

    @Test func `a small gate and more questions than there are become warnings at check`() throws {
        let directory = try TemporaryDirectory()
        var settings = try settings(directory, train: Self.good + "\n")
        settings.round.select.policy = .lmsi
        settings.round.generate.questionsPerRound = 12
        var checked = try CheckedSettings(settings)

        try checked.checkCounts([.train: 1, .gate: 20])

        #expect(checked.warnings.contains { $0.contains("generate.questionsPerRound is 12") })
        #expect(checked.warnings.contains { $0.contains("the gate split has only 20 questions") })
        settings.round.select.policy = .oracle
        var oracle = try CheckedSettings(settings)
        #expect(throws: DaemonError.self) {
            try oracle.checkCounts([.train: 1, .gate: 60], answeredCount: 0)
        }
    }
}

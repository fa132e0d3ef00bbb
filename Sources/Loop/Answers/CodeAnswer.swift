import Foundation

/// A program, by what it prints on the question's inputs.
///
/// The reference answer holds them: `{"tests": [{"input": "2 3", "output": "5"}]}`. Without outputs the
/// question can only be voted on.
public struct CodeAnswer: StrictAnswerKind {
    /// Its name in `vote.answerKind`.
    public static let id = AnswerKindID(rawValue: "code")
    /// Its answers in a sentence.
    public static let plural = "outputs of programs"
    /// A program runs them.
    public static let isJudged = true

    /// What a person writes as a reference answer.
    public let referenceHint = #"tests such as {"tests": [{"input": "2 3", "output": "5"}]}"#

    /// The same for every question.
    public init(_ question: QuestionInput, _ settings: AnswerSettings) {}

    /// Wants inputs, and outputs outside split `train`.
    public static func check(_ question: QuestionInput, _ settings: AnswerSettings) throws(LoopError) {
        let remedy = #"give "answer" as {"tests": [{"input": "2 3", "output": "5"}]}"#
        guard let text = question.answer else {
            throw .invalidQuestion(question.origin, "a code question has no \"answer\" with inputs", remedy)
        }
        let tests: CodeTests
        do {
            tests = try CodeTests(text)
        } catch {
            throw .invalidQuestion(question.origin, error.message, remedy)
        }
        guard question.split == .train || tests.outputs != nil else {
            throw .invalidQuestion(
                question.origin,
                "a test of a \(question.split.rawValue) question has no \"output\"",
                remedy
            )
        }
    }

    /// Wants an interpreter.
    public static func check(_ settings: AnswerSettings) throws(LoopError) {
        guard settings.codeCommand.first?.isEmpty != false else { return }
        throw LoopError(
            .invalidConfiguration,
            "vote.answerKind is code, but answer.codeCommand is empty; name a Python such as [python3]"
        )
    }

    /// One that runs nothing, where this program runs no judges.
    public static func judge(_ configuration: RoundConfiguration) -> (any AnswerJudge)? { AbsentJudge() }

    /// Nothing: a program must run.
    public func read(_ clause: Substring) -> AnswerReading { .none("only a run shows what a program prints") }

    /// Nothing: a program must run.
    public func read(cut clause: Substring) -> AnswerReading { read(clause) }

    /// Nothing.
    public func readAsAuthors(_ text: String) -> Answer? { nil }

    /// The outputs that the tests want; for tests without outputs one that no program's outputs equal.
    public func referenceReading(_ text: String) -> AnswerReading {
        do {
            let tests = try CodeTests(text)
            return .answer(tests.outputs.map(CodeTests.canonical) ?? Answer(canonical: "inputs"))
        } catch {
            return .none(error.message)
        }
    }

    /// The outputs that the tests want; nil for tests without outputs.
    public func reference(_ text: String, profile: ExtractorProfile) -> Answer? {
        (try? CodeTests(text))?.outputs.map(CodeTests.canonical)
    }
}

/// Inputs of a question of kind `code`, and what right programs print.
public struct CodeTests: Hashable, Sendable {
    /// The function that is called with the values of each input; nil runs the program with the input on
    /// standard input.
    public let entry: String?
    /// One text per test.
    public let inputs: [String]
    /// What a right program prints for each; nil if one is not known.
    public let outputs: [String]?

    private struct File: Decodable {
        struct Test: Decodable {
            let input: String
            let output: String?
        }
        let entry: String?
        let tests: [Test]
    }

    /// Reads a reference answer.
    ///
    /// - Throws: `LoopError` `invalid_data` with what is wrong, to follow a question's origin.
    public init(_ text: String) throws(LoopError) {
        guard let file = try? JSONDecoder().decode(File.self, from: Data(text.utf8)) else {
            throw LoopError(
                .invalidData,
                "the tests are not a JSON object with texts \"input\" and \"output\""
            )
        }
        guard (1...100).contains(file.tests.count) else {
            throw LoopError(.invalidData, "there are \(file.tests.count) tests; allowed are 1 to 100")
        }
        let isName = file.entry?.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
        guard isName != false, file.entry?.isEmpty != true else {
            throw LoopError(.invalidData, "\"entry\" is not the name of a function")
        }
        entry = file.entry
        inputs = file.tests.map(\.input)
        let outputs = file.tests.compactMap(\.output)
        self.outputs = outputs.count == inputs.count ? outputs : nil
    }

    /// Outputs as the vote compares them: a JSON list, without white space at the ends of lines and texts.
    public static func canonical(_ outputs: [String]) -> Answer {
        let lines = outputs.map { output in
            output.split(separator: "\n", omittingEmptySubsequences: false)
                .map { $0.trimmingEnd }.joined(separator: "\n").trimmingEnd
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        let data = (try? encoder.encode(lines)) ?? Data()
        return Answer(canonical: String(decoding: data, as: UTF8.self))
    }
}

extension StringProtocol {
    fileprivate var trimmingEnd: String {
        String(self[..<(lastIndex { !$0.isWhitespace }.map(index(after:)) ?? startIndex)])
    }
}

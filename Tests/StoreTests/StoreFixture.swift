import Foundation
import Loop
import Store
import Synchronization
import Testing

/// A state directory of its own for one test; removed with the value.
final class TemporaryState: Sendable {
    let path: String

    init() {
        path = NSTemporaryDirectory() + "autodidact-store-" + UUID().uuidString
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func open(
        files: DurableFiles = DurableFiles(),
        announce: @escaping @Sendable ([RoundEvent]) -> Void = { _ in }
    ) throws -> JournalStore {
        try JournalStore(
            stateDirectory: path,
            files: files,
            now: { Date(timeIntervalSince1970: 1_800_000_000) },
            announce: announce
        )
    }

    /// What kill -9 would leave at this instant: the files as they are, nothing closed.
    func killed() throws -> TemporaryState {
        let copy = TemporaryState()
        try FileManager.default.copyItem(atPath: path, toPath: copy.path)
        return copy
    }

    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path + "/" + name) }

    func names(_ directory: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path + "/" + directory).sorted()
    }

    func write(_ text: String, to name: String) throws {
        let url = URL(fileURLWithPath: path + "/" + name)
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try Data(text.utf8).write(to: url)
    }
}

/// Collects what is announced.
final class Announcements: Sendable {
    private let collected = Mutex<[RoundEvent]>([])

    var events: [RoundEvent] { collected.withLock { $0 } }

    func add(_ events: [RoundEvent]) { collected.withLock { $0 += events } }
}

/// Makes one named step fail once, from the given occurrence on.
final class Fault: Sendable {
    private let remaining: Mutex<Int>
    private let step: DurableFiles.Step
    private let part: String

    init(_ step: DurableFiles.Step, containing part: String) {
        self.step = step
        self.part = part
        remaining = Mutex(1)
    }

    var files: DurableFiles {
        DurableFiles { step, path in
            guard step == self.step, path.contains(self.part) else { return }
            let fails = self.remaining.withLock { count in
                defer { count = max(0, count - 1) }
                return count > 0
            }
            if fails { throw StoreError(.fileFailed, "injected \(step.rawValue) of \(path)") }
        }
    }
}

/// Expects a store error of one code and hands back its message.
@discardableResult
func expectError(
    _ code: StoreError.Code,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () async throws -> Void
) async -> String {
    do {
        try await body()
    } catch let error as StoreError {
        #expect(error.code == code, "\(error)", sourceLocation: sourceLocation)
        return error.message
    } catch {
        Issue.record("another error: \(error)", sourceLocation: sourceLocation)
        return ""
    }
    Issue.record("no error", sourceLocation: sourceLocation)
    return ""
}

let trainTexts = ["What is 1 + 2?", "What is 3 + 4?", "What is 5 + 6?"]

/// Them as questions.
let trainQuestions = trainTexts.map { question($0) }

func question(_ text: String, _ split: Split = .train, origin: String = "train.jsonl:1") -> QuestionInput {
    QuestionInput(text: text, answer: "3", split: split, origin: origin)
}

func candidate(_ round: RoundID, _ question: QuestionID, _ index: Int) -> Candidate {
    Candidate(
        round: round,
        question: question,
        index: index,
        text: " 1 and 2 make 3. The answer is 3.",
        tokenCount: 12,
        meanLogProbability: -0.25,
        finish: .stop
    )
}

func adapterFiles(_ fill: UInt8 = 7) -> [FileContent] {
    let config = #"{"base_model_name_or_path": "tiny", "peft_type": "LORA"}"#
    return [
        FileContent(name: "adapter_config.json", bytes: Array(config.utf8)),
        FileContent(name: "adapter_model.safetensors", bytes: [UInt8](repeating: fill, count: 3_000)),
    ]
}

func evaluation(_ split: Split, _ questions: [QuestionID]) -> Evaluation {
    let accuracy = Accuracy(count: questions.count, rightCount: 0, share: 0, lower: 0, upper: 0.5)
    let answers = questions.map {
        EvaluationAnswer(question: $0, text: " The answer is 4.", answer: "4", isRight: false, tokenCount: 5)
    }
    return Evaluation(
        summary: EvaluationSummary(
            split: split,
            accuracy: accuracy,
            accuracyPerProfile: ["strict": 0],
            meanLoss: 1.5
        ),
        answers: answers
    )
}

extension JournalStore {
    /// Rounds that each make a checkpoint; promoted ones become current.
    func runRounds(_ isPromoted: [Bool]) async throws {
        if try await questionCounts()[.train] == 0 {
            try await add(trainQuestions)
        }
        for isPromoted in isPromoted {
            var round = try await begin()
            round.phase = .evaluate
            let files = [
                FileContent(name: "adapter_config.json", bytes: Array("{}".utf8)),
                FileContent(name: "adapter_model.safetensors", bytes: [2, 0, 0, 0, 0, 0, 0, 0, 123, 125]),
            ]
            round = try await recordCheckpoint(files: files, round: round, events: [])
            round.outcome = isPromoted ? .promoted : .rejected
            round.finishedAt = ""
            try await decide(round, events: [])
        }
    }

    /// Begins a round without waves.
    func begin(seed: UInt64 = 1) async throws -> RoundRecord {
        try await beginRound(seed: seed, configuration: RoundConfiguration(), waves: [], events: [])
    }

    /// Runs a round to its end, with a checkpoint and a verdict.
    @discardableResult
    func runRound(_ outcome: Outcome) async throws -> RoundRecord {
        var round = try await begin()
        round.phase = .evaluate
        round = try await recordCheckpoint(files: adapterFiles(), round: round, events: [])
        round.outcome = outcome
        round.phase = .report
        try await decide(round, events: [])
        round.finishedAt = ""
        try await advance(round, candidates: [], events: [])
        return round
    }
}

extension ModelIdentity {
    /// A model of no importance.
    static let tiny = ModelIdentity(
        name: "tiny",
        architecture: "llama",
        sha256: String(repeating: "a", count: 64),
        parameterCount: 10,
        precision: "f32",
        instructionSet: "avx2",
        threadCount: 1
    )
}

extension JournalStore {
    /// Ends a phase without an adapter or a verdict; an empty `finishedAt` ends the round.
    func advance(_ round: RoundRecord, candidates: [Candidate], events: [RoundEvent]) async throws {
        _ = try await commit(PhaseEnd(of: round, step: round.step, candidates: candidates, events: events))
    }

    /// Gives the verdict.
    func decide(_ round: RoundRecord, events: [RoundEvent]) async throws {
        _ = try await commit(PhaseEnd(of: round, step: round.step, isVerdict: true, events: events))
    }

    /// Ends fine-tuning with an adapter.
    func recordCheckpoint(
        files: [FileContent],
        round: RoundRecord,
        events: [RoundEvent]
    ) async throws -> RoundRecord {
        try await commit(PhaseEnd(of: round, step: round.step, adapter: files, events: events))
    }
}

extension RoundRecord {
    /// Tests set the next phase, or an empty `finishedAt`, themselves.
    fileprivate var step: PhaseEnd.Step { finishedAt == nil ? .next(phase) : .end }
}

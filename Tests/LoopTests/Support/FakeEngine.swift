import Loop
import Synchronization

/// An engine that adds: it answers `What is a + b?` with texts that depend on its arguments alone.
final class FakeEngine: RoundEngine {
    struct Failure: Error {}

    struct State {
        var adapter: AdapterLocation?
        var calls: [String] = []
        var callsUntilFailure: Int?
        var isFailingWithCancellation = false
        var scoredTexts: [String] = []
        var losses: [Double] = [2, 1.5, 1]
        var tooLong: [Int] = []
        var quarantined: [Int] = []
        var jobs: [FinetuneJob] = []
        var prompts: [String] = []
        /// Texts that a call leaves out at its end.
        var missingTexts = 0
        /// Prompts with completions whose hidden states were asked for.
        var stateTexts: [String] = []
    }

    let state = Mutex(State())
    /// How many of four candidates are right, for the base model and for adapters.
    let rightOfFour: @Sendable (_ adapter: AdapterLocation?) -> Int
    let text: (@Sendable (GenerationRequest, Int) -> String)?
    let ruler: PromptRuler?
    let chat: (any ChatRenderer)?
    /// The hidden state of a completion; nil for an engine that gives none.
    let hiddenState: (@Sendable (TextSample) -> [Float])?
    /// What an adapter adds to each loss.
    let extraLoss: @Sendable (_ adapter: AdapterLocation?) -> Double

    init(
        rightOfFour: @escaping @Sendable (AdapterLocation?) -> Int = { $0 == nil ? 3 : 4 },
        text: (@Sendable (GenerationRequest, Int) -> String)? = nil,
        ruler: PromptRuler? = nil,
        chat: (any ChatRenderer)? = nil,
        hiddenState: (@Sendable (TextSample) -> [Float])? = nil,
        extraLoss: @escaping @Sendable (AdapterLocation?) -> Double = { _ in 0 }
    ) {
        self.extraLoss = extraLoss
        self.hiddenState = hiddenState
        self.ruler = ruler
        self.chat = chat
        self.rightOfFour = rightOfFour
        self.text = text
    }

    var identity: ModelIdentity {
        ModelIdentity(
            name: "fake",
            architecture: "fake",
            sha256: "00",
            parameterCount: 1,
            precision: "f32",
            instructionSet: "none",
            threadCount: 1
        )
    }

    private func call(_ name: String) throws {
        try Task.checkCancellation()
        try state.withLock { state in
            state.calls.append(name)
            guard let left = state.callsUntilFailure else { return }
            state.callsUntilFailure = left - 1
            if left == 0 {
                if state.isFailingWithCancellation { throw CancellationError() }
                throw Failure()
            }
        }
    }

    func activate(_ adapter: AdapterLocation?) async throws {
        try call("activate \(adapter?.path ?? "base")")
        state.withLock { $0.adapter = adapter }
    }

    func generate(
        _ requests: [GenerationRequest],
        prefix: PromptText,
        settings: GenerateSettings,
        key: RandomKey,
        progress: @escaping @Sendable (EngineProgress) -> Void
    ) async throws -> [GeneratedText] {
        try call("generate \(requests.count) at \(settings.temperature)")
        if let ruler {
            let limit = ruler.contextLength - settings.maxNewTokens
            guard requests.allSatisfy({ ruler.count(prefix + $0.prompt) <= limit }) else { throw Failure() }
        }
        let (right, missing) = state.withLock { state in
            state.prompts += requests.map(\.prompt.text)
            return (rightOfFour(state.adapter), state.missingTexts)
        }
        progress(EngineProgress(doneCount: requests.count, totalCount: requests.count, tokenCount: 5))
        let texts = requests.flatMap { request in
            (0..<request.count).map(request.index).map { index in
                let numbers = request.prompt.text.split { !$0.isNumber }.compactMap { Int($0) }
                let turn = settings.temperature == 0 ? request.question.rawValue : index
                let sum = numbers.reduce(0, +) + (turn % 4 < right ? 0 : 1 + turn)
                let draw =
                    Philox(key: key).words(UInt32(request.question.rawValue), UInt32(index), 0, 0).x % 3
                let fallback = String(repeating: " so", count: Int(draw)) + " The answer is \(sum)."
                return GeneratedText(
                    question: request.question,
                    index: index,
                    text: text?(request, index) ?? fallback,
                    tokenCount: 4 + Int(draw),
                    meanLogProbability: -1,
                    finish: .stop
                )
            }
        }
        return texts.dropLast(missing)
    }

    func score(
        _ samples: [TextSample],
        progress: @escaping @Sendable (EngineProgress) -> Void
    ) async throws -> [SampleScore] {
        try call("score \(samples.count)")
        if let ruler {
            guard samples.allSatisfy({ ruler.count($0.text) < ruler.scoringLength }) else { throw Failure() }
        }
        let extra = state.withLock { state in
            state.scoredTexts += samples.map(\.text.text)
            return extraLoss(state.adapter)
        }
        return samples.map { sample in
            let loss = 1 + Double(sample.completion.utf8.count % 7) / 4 + extra
            return SampleScore(answerLoss: loss, fullLoss: loss + 1, answerTokenCount: 4, tokenCount: 9)
        }
    }

    func tokenScores(
        of samples: [TextSample],
        under path: String,
        progress: @escaping @Sendable (EngineProgress) -> Void
    ) async throws -> SmallModelScores {
        try call("small \(samples.count) under \(path)")
        let texts = samples.map { sample in
            // One token a word; the small model does not know the longest.
            sample.completion.split(separator: " ").map { word in
                TokenScore(loss: Double(word.utf8.count), rank: word.utf8.count > 6 ? 10 : word.utf8.count)
            }
        }
        return SmallModelScores(digest: "digest of \(path)", texts: texts)
    }

    var givesHiddenStates: Bool { hiddenState != nil }

    func hiddenStates(of samples: [TextSample]) async throws -> [[Float]] {
        try call("states \(samples.count)")
        state.withLock { $0.stateTexts += samples.map(\.text.text) }
        return samples.map { hiddenState?($0) ?? [] }
    }

    func finetune(
        _ job: FinetuneJob,
        progress: @escaping @Sendable (EngineProgress) -> Void,
        save: @escaping @Sendable (TrainingSave) throws -> Void
    ) async throws -> FinetuneResult {
        state.withLock { $0.jobs.append(job) }
        try call("finetune from \(job.resumePath ?? "start")")
        try save(TrainingSave(step: 1, files: []))
        try call("finetune on")
        let (losses, tooLong, quarantined) = state.withLock { ($0.losses, $0.tooLong, $0.quarantined) }
        let bytes = Array("\(job.samples) \(job.key) \(job.start?.path ?? "fresh")".utf8)
        return FinetuneResult(
            files: [FileContent(name: "adapter_model.safetensors", bytes: bytes)],
            losses: tooLong.count == job.samples.count ? [] : losses,
            tokenCount: 100,
            tooLong: tooLong,
            quarantined: quarantined,
            contenders: Self.contenders(job.settings, bytes)
        )
    }

    /// The last adapter's bytes, and for the others the same after their name.
    private static func contenders(_ settings: FinetuneSettings, _ last: [UInt8]) -> [Contender] {
        guard !settings.contenders.isEmpty else { return [] }
        func contender(_ name: String, _ bytes: [UInt8]) -> Contender {
            Contender(name: name, files: [FileContent(name: "adapter_model.safetensors", bytes: bytes)])
        }
        var contenders: [Contender] = []
        if settings.contenders.contains(.epochs) {
            contenders = (1..<settings.epochs).map {
                contender("epoch \($0)", Array("epoch \($0) ".utf8) + last)
            }
        }
        contenders.append(contender("epoch \(settings.epochs)", last))
        if settings.contenders.contains(.average) {
            contenders.append(contender("average", Array("average ".utf8) + last))
        }
        return contenders
    }
}

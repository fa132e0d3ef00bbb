import Loop
import Synchronization

/// An engine that writes what a rule says.
struct RuledEngine: RoundEngine {
    /// What it writes: text, tokens and whether it was cut.
    struct Reply {
        var text: String
        var tokenCount = 5
        var isCut = false
    }

    /// Takes the sum of the question's numbers, the candidate's index and its temperature.
    typealias Rule = @Sendable (_ numbers: [Int], _ index: Int, _ temperature: Double) -> Reply

    /// What is asked for, in order.
    final class Log: Sendable {
        let prompts = Mutex<[String]>([])
        let keys = Mutex<Set<RandomKey>>([])
    }

    let rule: Rule
    let log = Log()

    init(_ rule: @escaping Rule) { self.rule = rule }

    var identity: ModelIdentity {
        ModelIdentity(
            name: "ruled",
            architecture: "fake",
            sha256: "00",
            parameterCount: 1,
            precision: "f32",
            instructionSet: "none",
            threadCount: 1
        )
    }

    func activate(_ adapter: AdapterLocation?) async throws {}

    func generate(
        _ requests: [GenerationRequest],
        prefix: PromptText,
        settings: GenerateSettings,
        key: RandomKey,
        progress: @escaping @Sendable (EngineProgress) -> Void
    ) async throws -> [GeneratedText] {
        log.prompts.withLock { $0 += requests.map(\.prompt.text) }
        log.keys.withLock { _ = $0.insert(key) }
        return requests.flatMap { request in
            let numbers = request.prompt.text.split { !$0.isNumber }.compactMap { Int($0) }
            return (0..<request.count).map(request.index).map { index in
                let reply = rule(numbers, index, settings.temperature)
                return GeneratedText(
                    question: request.question,
                    index: index,
                    text: reply.text,
                    tokenCount: reply.tokenCount,
                    meanLogProbability: -1,
                    finish: reply.isCut ? .length : .stop
                )
            }
        }
    }

    func score(
        _ samples: [TextSample],
        progress: @escaping @Sendable (EngineProgress) -> Void
    ) async throws -> [SampleScore] { [] }

    func finetune(
        _ job: FinetuneJob,
        progress: @escaping @Sendable (EngineProgress) -> Void,
        save: @escaping @Sendable (TrainingSave) throws -> Void
    ) async throws -> FinetuneResult { FinetuneResult(files: [], losses: [], tokenCount: 0, tooLong: []) }
}

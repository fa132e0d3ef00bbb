import Loop
import Synchronization

/// An engine that answers at once: texts, answers and losses come from a hash of its arguments.
///
/// What is then left of a round's time belongs to the loop and the journal. Questions are those of
/// `LoopWork`, whose answer is three times their number.
final class InstantEngine: RoundEngine {
    private struct State {
        var hasAdapter = false
        var seconds = 0.0
    }

    private let filler: [UInt8]
    private let textBytes: Int
    private let clock: @Sendable () -> Double
    private let state = Mutex(State())

    /// - Parameters:
    ///   - textBytes: Length of a candidate's text.
    ///   - clock: Monotonic seconds, for its own share of the time.
    init(textBytes: Int, clock: @escaping @Sendable () -> Double) {
        // Lines as reasoning has them, so that whoever reads texts line by line has something to read.
        let line = "\n Then the part before is taken over as it stands, and what was asked is added to it."
        let count = max(textBytes - 64, 0)
        filler = Array(String(repeating: line, count: count / line.utf8.count + 1).utf8.prefix(count))
        self.textBytes = textBytes
        self.clock = clock
    }

    let identity = ModelIdentity(
        name: "instant",
        architecture: "none",
        sha256: String(repeating: "0", count: 64),
        parameterCount: 0,
        precision: "none",
        instructionSet: "none",
        threadCount: 1
    )

    /// Seconds spent in here.
    var seconds: Double { state.withLock(\.seconds) }

    func activate(_ adapter: AdapterLocation?) async throws {
        state.withLock { $0.hasAdapter = adapter != nil }
    }

    func generate(
        _ requests: [GenerationRequest],
        prefix: PromptText,
        settings: GenerateSettings,
        key: RandomKey,
        progress: @escaping @Sendable (EngineProgress) -> Void
    ) async throws -> [GeneratedText] {
        let start = clock()
        // The new checkpoint does better at the gate, so that the round ends in a promotion.
        let greedyRight: UInt64 = state.withLock(\.hasAdapter) ? 7 : 6
        var texts: [GeneratedText] = []
        texts.reserveCapacity(requests.reduce(0) { $0 + $1.count })
        for request in requests {
            let number = UInt64(request.question.rawValue)
            for index in (0..<request.count).map(request.index) {
                let isGreedy = settings.temperature == 0
                let draw = Self.mixed(Self.mixed(number ^ (isGreedy ? 0 : key.seed)) ^ UInt64(index))
                let isRight = draw % 10 < (isGreedy ? greedyRight : 6)
                let answer = 3 * number + (isRight ? 0 : 1 + (draw >> 8) % 4)
                // One text in fifty is cut off before its answer.
                let isCut = !isGreedy && (draw >> 16) % 50 == 0
                texts.append(
                    GeneratedText(
                        question: request.question,
                        index: index,
                        text: text(draw, answer: isCut ? nil : answer),
                        tokenCount: textBytes / 4,
                        meanLogProbability: -Double(draw % 1_000) / 1_000,
                        finish: isCut ? .length : .stop
                    )
                )
            }
        }
        progress(EngineProgress(doneCount: texts.count, totalCount: texts.count, tokenCount: textBytes / 4))
        spend(since: start)
        return texts
    }

    func score(
        _ samples: [TextSample],
        progress: @escaping @Sendable (EngineProgress) -> Void
    ) async throws -> [SampleScore] {
        let start = clock()
        defer { spend(since: start) }
        return samples.map { sample in
            // A text's beginning tells it from all others.
            let draw = sample.completion.utf8.prefix(24).reduce(UInt64(7)) { Self.mixed($0 ^ UInt64($1)) }
            let loss = 0.4 + Double(draw % 10_000) / 10_000
            return SampleScore(
                answerLoss: loss,
                fullLoss: loss + 1,
                answerTokenCount: textBytes / 4,
                tokenCount: textBytes / 4 + 40
            )
        }
    }

    func finetune(
        _ job: FinetuneJob,
        progress: @escaping @Sendable (EngineProgress) -> Void,
        save: @escaping @Sendable (TrainingSave) throws -> Void
    ) async throws -> FinetuneResult {
        let start = clock()
        defer { spend(since: start) }
        let batch = max(job.settings.batch, 1)
        let stepCount = (job.samples.count + batch - 1) / batch
        return FinetuneResult(
            files: [
                FileContent(name: "adapter_config.json", bytes: Array(#"{"peft_type": "LORA"}"#.utf8)),
                FileContent(name: "adapter_model.safetensors", bytes: Self.emptyTensor),
            ],
            losses: (0..<stepCount).map { 1 / Double($0 + 1) },
            tokenCount: job.samples.count * textBytes / 4,
            tooLong: []
        )
    }

    private func spend(since start: Double) {
        let seconds = clock() - start
        state.withLock { $0.seconds += seconds }
    }

    /// A text of the wanted length that ends in its answer; nil leaves the answer out.
    private func text(_ draw: UInt64, answer: UInt64?) -> String {
        let head = " Case \(draw % 1_000_000_007): the two numbers are added."
        let tail = answer.map { "\n The answer is \($0)." } ?? ""
        let count = head.utf8.count + tail.utf8.count
        return String(unsafeUninitializedCapacity: count + filler.count) { buffer in
            var place = buffer.startIndex
            for part in [Array(head.utf8), filler, Array(tail.utf8)] {
                place = buffer[place...].initialize(fromContentsOf: part)
            }
            return place
        }
    }

    /// One tensor of one zero in the safetensors format.
    private static var emptyTensor: [UInt8] {
        let header = Array(#"{"lora_A":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#.utf8)
        let length = (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) }
        return length + header + [0, 0, 0, 0]
    }

    /// A number that looks random (the finaliser of SplitMix64).
    private static func mixed(_ value: UInt64) -> UInt64 {
        var mixed = value &+ 0x9e37_79b9_7f4a_7c15
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}

import ArgumentParser
import Foundation
import Loop
import Store
import Synchronization

/// `autodidact-bench loop`.
struct LoopCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "loop",
        abstract: "Run one round of the loop on a journal with an engine that answers at once.",
        discussion: """
            Prints candidates a second over the whole round, and the seconds of each phase up to its commit: what the \
            loop, the vote and the journal can take, whatever the model.
            """
    )

    @Option(help: "Train questions.") var questions = 20_000
    @Option(help: "Candidates a question.") var candidates = 15
    @Option(help: "Bytes of a candidate's text; 512 tokens are about 2048.") var textBytes = 2_048
    @Option(help: "Questions a wave.") var waveQuestions = 32
    @Option(help: "State directory to make, on the disk to be measured.") var directory: String
    @Flag(help: "Keep the state directory.") var keep = false

    func validate() throws {
        guard questions > 0, candidates > 0, waveQuestions > 0, textBytes >= 128 else {
            throw ValidationError("counts must be positive, --text-bytes at least 128")
        }
        guard !FileManager.default.fileExists(atPath: directory) else {
            throw ValidationError("\(directory) exists; name a directory to make")
        }
    }

    func run() async throws {
        defer { if !keep { try? FileManager.default.removeItem(atPath: directory) } }
        let start = ContinuousClock.now
        let clock: @Sendable () -> Double = { start.duration(to: .now) / .seconds(1) }
        let phases = PhaseTimes(clock: clock)
        let engine = InstantEngine(textBytes: textBytes, clock: clock)
        let store = try JournalStore(stateDirectory: directory, announce: phases.take)
        try store.bind(model: engine.identity)
        try await store.add(LoopWork.questions(train: questions))

        var configuration = RoundConfiguration()
        configuration.generate.candidates = candidates
        configuration.generate.waveQuestions = waveQuestions
        configuration.generate.stop = ["\nQ:"]
        let runner = RoundRunner(engine: engine, store: store, clock: clock, report: { _ in })
        let begin = clock()
        phases.begin()
        let round = try await runner.run(try await runner.begin(configuration: configuration, seed: 1))
        let seconds = clock() - begin

        let count = questions * candidates
        let report = LoopReport(
            seconds: seconds,
            items: count,
            itemsPerSecond: Double(count) / seconds,
            phases: phases.seconds,
            engineSeconds: engine.seconds,
            kept: round.report.selectedCount ?? 0,
            outcome: round.outcome?.rawValue ?? "none",
            journalMegabytes: Self.megabytes(of: directory + "/journal.sqlite"),
            peakMegabytes: Self.peakMegabytes
        )
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        print(String(decoding: try encoder.encode(report), as: UTF8.self))
    }

    private static func megabytes(of path: String) -> Int {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return ((attributes?[.size] as? NSNumber)?.intValue ?? 0) >> 20
    }

    /// The largest resident size so far; 0 where the kernel does not say.
    private static var peakMegabytes: Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return (line?.split { !$0.isNumber }.first.flatMap { Int($0) } ?? 0) >> 10
    }
}

/// What one round measured.
struct LoopReport: Encodable {
    /// From the round's beginning to its last commit.
    var seconds: Double
    /// Candidates.
    var items: Int
    var itemsPerSecond: Double
    /// Seconds of each phase, its commit included.
    var phases: [String: Double]
    /// The engine's own share of all that.
    var engineSeconds: Double
    /// Candidates that were trained on.
    var kept: Int
    var outcome: String
    var journalMegabytes: Int
    var peakMegabytes: Int
}

/// Questions that `InstantEngine` knows the answers to.
enum LoopWork {
    /// Train questions first, so that a question's number is its place, then a small valid set and gate.
    static func questions(train count: Int) -> [QuestionInput] {
        (1...count + 300).map { number in
            let split: Split = number <= count ? .train : number <= count + 100 ? .valid : .gate
            return QuestionInput(
                text: "What is \(number) + \(2 * number)?",
                answer: "\(3 * number)",
                rationale: split == .valid ? "They are added. The answer is \(3 * number)." : nil,
                split: split,
                origin: "bench:\(number)"
            )
        }
    }
}

/// The time from one phase's commit to the next, from the journal's announcements.
///
/// The report's own seconds end before the commit, which is most of what is measured here.
private final class PhaseTimes: Sendable {
    private let clock: @Sendable () -> Double
    private let state = Mutex<(last: Double, seconds: [String: Double])>((0, [:]))

    init(clock: @escaping @Sendable () -> Double) { self.clock = clock }

    var seconds: [String: Double] { state.withLock { $0.seconds } }

    func begin() {
        let now = clock()
        state.withLock { $0.last = now }
    }

    @Sendable func take(_ events: [RoundEvent]) {
        let now = clock()
        state.withLock { state in
            for event in events where event.kind == .phaseFinished {
                state.seconds[event.phase?.rawValue ?? "none", default: 0] += now - state.last
                state.last = now
            }
        }
    }
}

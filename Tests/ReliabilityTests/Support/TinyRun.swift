import Foundation
import Testing

/// A folder with a configuration, questions and a state directory, on which real daemons with the tiny model
/// run.
///
/// The model is the trained one of EngineTests: two layers, hidden size 64; a round takes a fraction of a
/// second.
final class TinyRun: Sendable {
    /// The whole folder.
    let folder: String
    /// The daemon's state directory.
    var state: String { folder + "/state" }

    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path
    static let programs = root + "/.build/release"
    /// Whether the long form of the tests was asked for: `make soak`.
    static let isSoak = ProcessInfo.processInfo.environment["AUTODIDACT_SOAK"] == "1"

    /// So many in `make test`, more in `make soak`.
    static func count(_ short: Int, soak: Int) -> Int {
        if let text = ProcessInfo.processInfo.environment["AUTODIDACT_SOAK_SHARE"], let share = Double(text) {
            return max(short, Int(Double(soak) * share))
        }
        return isSoak ? soak : short
    }

    /// Writes configuration and questions.
    ///
    /// - Parameters:
    ///   - rounds: How many rounds are asked for; 0 continues without end.
    ///   - settings: Sections of the configuration beside these, or in their place.
    ///   - parent: Where the folder is made.
    /// - Throws: When a file cannot be written.
    init(rounds: Int = 2, settings: [String: String] = [:], under parent: String? = nil) throws {
        folder =
            (parent ?? FileManager.default.temporaryDirectory.path) + "/autodidact-tiny-"
            + UUID().uuidString.prefix(13)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for (split, count, first) in [
            ("train", 24, 0), ("valid", 8, 100), ("gate", 16, 200), ("test", 6, 300),
        ] {
            let lines = (0..<count).map { Self.question(first + $0, isWorked: split == "valid") }
            try write(lines.joined(separator: "\n") + "\n", to: "\(split).jsonl")
        }
        let sections = Self.sections.merging(["loop": "{rounds: \(rounds), seed: 5}"]) { $1 }
            .merging(settings) { $1 }
        try write(sections.map { "\($0.key): \($0.value)\n" }.sorted().joined(), to: "config.yaml")
    }

    /// Unpacks a state directory that a released version wrote, with its configuration and questions.
    ///
    /// - Parameters:
    ///   - archive: Its name in `Fixtures/VERSION`, without the ending.
    ///   - version: The released version.
    ///   - model: The model that the run goes on with.
    /// - Throws: When it cannot be unpacked.
    init(released archive: String, of version: String = "0.1.0", model: String = tinyModel) throws {
        folder =
            FileManager.default.temporaryDirectory.path
            + "/autodidact-\(archive)-\(UUID().uuidString.prefix(13))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let packed = Self.root + "/Tests/ReliabilityTests/Fixtures/\(version)/\(archive).tar.gz"
        let tar = Process()
        tar.executableURL = URL(filePath: "/usr/bin/env")
        tar.arguments = ["tar", "-xzf", packed, "-C", folder]
        try tar.run()
        tar.waitUntilExit()
        try #require(tar.terminationStatus == 0, "cannot unpack \(packed)")
        let text = try String(contentsOfFile: folder + "/config.yaml", encoding: .utf8)
        try write("model: \(model)\n" + text, to: "config.yaml")
    }

    /// The trained tiny model of EngineTests.
    static let tinyModel = root + "/Tests/EngineTests/Fixtures/tiny"

    private static let sections = [
        "model": tinyModel,
        "questions": "{train: train.jsonl, valid: valid.jsonl, gate: gate.jsonl, test: test.jsonl}",
        "engine": "{threads: 1, rows: 16}",
        "generate":
            "{candidates: 4, temperature: 0.8, maxNewTokens: 40, waveQuestions: 4, questionsPerRound: 12}",
        "finetune":
            "{rank: 4, alpha: 8, learningRate: 2.0e-3, epochs: 1, batch: 8, saveEverySteps: 1}",
        "gate": "{tolerance: 1.0, significance: 0.0, minDiversity: 0.0, patience: 1000}",
    ]

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: URL(filePath: folder + "/" + name))
    }

    /// Starts a daemon.
    ///
    /// - Parameters:
    ///   - arguments: Arguments beside configuration and state directory.
    ///   - environment: Variables beside those of this process.
    ///   - shell: What a shell does first, in whose place it then runs; `"$0" "$@"` is the daemon.
    /// - Returns: The running daemon.
    /// - Throws: When the program cannot be started.
    func start(
        _ arguments: [String] = ["--exit-when-complete"],
        environment: [String: String] = [:],
        shell: String? = nil
    ) throws -> DaemonProcess {
        try DaemonProcess(
            ["--config", folder + "/config.yaml", "--state-dir", state] + arguments,
            environment: environment,
            log: folder + "/log",
            shell: shell
        )
    }

    /// Runs daemons until one ends by itself, having done all rounds.
    func finish(environment: [String: String] = [:]) async throws {
        let status = try await start(environment: environment).wait()
        try #require(status == .exited(0), "the last daemon ended with \(status): \(log)")
    }

    /// The environment that preloads the fault library for this state directory.
    func faults(_ more: [String: String]) -> [String: String] {
        ["LD_PRELOAD": Self.programs + "/libfaults.so", "FAULTS_UNDER": state].merging(more) { $1 }
    }

    /// The end of what the daemons have said.
    var log: String {
        let text = (try? String(contentsOfFile: folder + "/log", encoding: .utf8)) ?? ""
        return String(text.suffix(2000))
    }

    /// A line of a question file.
    ///
    /// - Parameters:
    ///   - number: Which question.
    ///   - isWorked: Whether its rationale stands with it.
    ///   - other: The question whose answer it gets; nil is its own.
    /// - Returns: One JSON object.
    static func question(_ number: Int, isWorked: Bool = false, answerOf other: Int? = nil) -> String {
        let (a, b, c) = summands(number)
        let rationale = "\(a) + \(b) = \(a + b). \(a + b) + \(c) = \(a + b + c). The answer is \(a + b + c)."
        let tail = isWorked ? #", "rationale": " \#(rationale)""# : ""
        let answer = other.map { Self.summands($0) } ?? (a, b, c)
        let sum = answer.0 + answer.1 + answer.2
        return #"{"question": "What is \#(a) + \#(b) + \#(c)?", "answer": "\#(sum)"\#(tail)}"#
    }

    /// Three numbers from 1 to 9, other ones for each question: a stride without a common divisor spreads
    /// them.
    private static func summands(_ number: Int) -> (Int, Int, Int) {
        let place = (number * 7 + 3) % 729
        return (place / 81 + 1, place / 9 % 9 + 1, place % 9 + 1)
    }
}

import Foundation
import Glibc
import Testing

/// A careless user with a daemon: does one operation after the other, and remembers what was confirmed.
///
/// An even seed puts everything on a small file system of its own, where that can be mounted.
final class CarelessUser {
    let seed: UInt64
    let disk: SmallDisk?
    let run: TinyRun
    /// The daemon that is meant to run; nil while none is.
    var daemon: DaemonProcess?
    /// Whether its clock jumps: then it cannot know for how long it has kept a receipt.
    var hasJumpingClock = false
    var model = CarelessModel()
    /// Numbers for the operation that runs; those of one operation do not move those of the next.
    var random: SeededGenerator
    /// What must not be, found by the operation that runs.
    private(set) var faults: [String] = []
    /// Everything that was done, in order.
    private(set) var story: [String] = []
    private(set) var tally = Tally()
    private(set) var keyCount = 0
    /// The configuration that is in use; a bad one never stays in the file.
    var configuration: String
    /// The files beside the state directory, as the user wrote them.
    private let files: [String: String]
    let follower: Follower

    /// Where daemons are started: whatever they write without a path would be found here.
    var startFolder: String { run.folder + "/here" }

    /// Makes configuration, questions and a state directory to be.
    init(seed: UInt64) throws {
        self.seed = seed
        disk = seed.isMultiple(of: 2) ? try SmallDisk(megabytes: 128) : nil
        run = try TinyRun(
            rounds: 0,
            settings: [
                "storage": "{keep: 3, reserve: 0, retryAfter: 0.05}",
                // One answer of sixteen may be lost: some rounds are promoted, some are not.
                "gate": "{tolerance: 0.07, significance: 0.0, minDiversity: 0.0, patience: 1000}",
            ],
            under: disk?.path
        )
        random = SeededGenerator(seed: seed)
        try FileManager.default.createDirectory(
            atPath: run.folder + "/here",
            withIntermediateDirectories: false
        )
        var files: [String: String] = [:]
        for name in ["config.yaml", "train.jsonl", "valid.jsonl", "gate.jsonl", "test.jsonl"] {
            files[name] = try String(contentsOfFile: run.folder + "/" + name, encoding: .utf8)
        }
        self.files = files
        configuration = files["config.yaml"] ?? ""
        follower = Follower(run.state + "/control.sock")
    }

    deinit { follower.end() }

    /// What a file beside the state directory must hold.
    func text(of name: String) -> String {
        name == "config.yaml" ? configuration : files[name] ?? ""
    }

    /// Names of the files beside the state directory.
    var fileNames: [String] { files.keys.sorted() }

    /// Puts a file back as it was.
    func restore(_ name: String) throws { try run.write(text(of: name), to: name) }

    /// Says more about the operation that runs.
    func detail(_ text: String) {
        guard let last = story.indices.last else { return }
        story[last] += " (\(text))"
    }

    /// Notes what must not be.
    func note(_ fault: String) { faults.append(fault) }

    /// Notes a fault unless something holds.
    func expect(_ holds: Bool, _ fault: @autoclosure () -> String) {
        if !holds { note(fault()) }
    }

    /// A number of this operation's.
    func number(in range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

    /// One of some values.
    func pick<Value>(_ values: [Value]) throws -> Value {
        guard let value = values.randomElement(using: &random) else { throw NotNow("nothing to choose from") }
        return value
    }

    /// A number that was never given before: for keys, names and new questions.
    func newNumber() -> Int {
        keyCount += 1
        return keyCount
    }

    /// Does an operation, and looks whether everything still holds.
    ///
    /// - Parameters:
    ///   - operation: What to do.
    ///   - place: Which one it is, from 1.
    /// - Returns: Whether nothing is wrong.
    func perform(_ operation: Operation, _ place: Int) async -> Bool {
        random = SeededGenerator(seed: seed &* 1_000_003 &+ UInt64(place))
        story.append("\(place) \(operation.name)")
        do {
            try await operation.act(self)
            tally.done[operation.name, default: 0] += 1
        } catch let skip as NotNow {
            detail("not done: \(skip.reason)")
            tally.skipped[operation.name, default: 0] += 1
            await keepCourse(operation)
        } catch {
            note("\(operation.name): \(error)")
        }
        if faults.isEmpty {
            do { try await check(isThorough: TinyRun.isSoak || place % 3 == 0) } catch {
                note("the check failed: \(error)")
            }
        }
        return faults.isEmpty
    }

    /// After an operation that was not possible, the daemon runs or not as the next ones expect.
    private func keepCourse(_ operation: Operation) async {
        guard let leaves = operation.leaves, leaves != (daemon != nil) else { return }
        do { try await leaves ? start() : stop() } catch { note("\(operation.name): \(error)") }
    }

    /// What failed, with all that is needed to do it again.
    var report: String {
        """
        \(faults.joined(separator: "\n"))
        seed \(seed), after \(story.count) operations\(disk == nil ? "" : ", on a small disk"); again with \
        AUTODIDACT_CARELESS_SEED=\(seed)
        operations: \(story.joined(separator: "; "))
        log: \(run.log)
        """
    }

    /// Counts of operations.
    struct Tally: Sendable {
        var done: [String: Int] = [:]
        var skipped: [String: Int] = [:]
        var roundCount = 0

        var count: Int { done.values.reduce(0, +) }

        mutating func add(_ other: Tally) {
            done.merge(other.done, uniquingKeysWith: +)
            skipped.merge(other.skipped, uniquingKeysWith: +)
            roundCount += other.roundCount
        }

        /// Everything on one line.
        var line: String {
            let names = done.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
                .map { "\($0.value) \($0.key)" }
            let left = skipped.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
            return "\(count) operations, \(roundCount) rounds: \(names.joined(separator: ", "))"
                + (left.isEmpty ? "" : "; not possible: \(left.joined(separator: ", "))")
        }
    }

    /// Notes the rounds that this user's daemons have finished.
    func countRounds() { tally.roundCount = model.finishedCount }
}

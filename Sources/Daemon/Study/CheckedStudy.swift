package import Loop
import Store

/// A study all of whose settings and questions have been checked; nothing has been written for it yet.
package struct CheckedStudy: Sendable {
    /// What the file says.
    package let file: StudyFile
    /// The shared settings with the questions.
    package let shared: CheckedSettings
    /// Each arm's configuration, in the order of the file.
    package let arms: [(name: String, configuration: RoundConfiguration)]
    /// What deserves attention.
    package private(set) var warnings: [String]

    /// Checks the shared settings as a start of the daemon would, then every arm's.
    ///
    /// - Parameter file: The study.
    /// - Throws: What a start throws, an arm's fault with its place; `DaemonError` for too few held-out
    ///   questions.
    package init(_ file: StudyFile) throws {
        var shared = try CheckedSettings(file.shared)
        let counts = Dictionary(grouping: shared.questions, by: \.split).mapValues(\.count)
        try Self.checkHeldOut(counts, of: file)
        try shared.checkCounts(counts)
        // Arms are compared with what rounds have recorded, which says what "auto" was.
        shared.settings.round = try Self.settled(shared.settings)
        var arms: [(name: String, configuration: RoundConfiguration)] = []
        var warnings = shared.warnings
        for arm in file.arms {
            do {
                var checked = try CheckedSettings(arm.settings)
                try checked.checkCounts(counts)
                warnings += checked.warnings.filter { !warnings.contains($0) }.map {
                    "arm \(arm.name): \($0)"
                }
                arms.append((arm.name, try Self.settled(checked.settings)))
            } catch let error as DaemonError {
                throw DaemonError(error.code, "\(arm.place): \(error.message)", faults: error.faults)
            } catch let error as LoopError {
                throw LoopError(error.code, "\(arm.place): \(error.message)")
            }
        }
        self.file = file
        self.shared = shared
        self.arms = arms
        self.warnings = warnings
    }

    private static func settled(_ settings: DaemonSettings) throws -> RoundConfiguration {
        settings.round.settled(try EngineFactory.formats(settings))
    }

    private static func checkHeldOut(_ counts: [Split: Int], of file: StudyFile) throws(DaemonError) {
        for split in [Split.gate, .test] {
            let count = counts[split, default: 0]
            guard count < file.minHeldOut else { continue }
            throw DaemonError(
                .invalidConfiguration,
                "\(file.path): questions.\(split.rawValue) has \(Plain.count(count)) questions, fewer than minHeldOut "
                    + "\(Plain.count(file.minHeldOut)): differences of a few points would be chance; name a file with more, "
                    + "or lower minHeldOut"
            )
        }
    }
}

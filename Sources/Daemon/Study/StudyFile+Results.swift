package import Loop
import Store

extension StudyFile {
    /// Reads what has ended so far from the arms' state directories; changes nothing.
    ///
    /// - Returns: The arms side by side.
    /// - Throws: `LoopError` while no seed is complete; `StoreError` when a journal cannot be read;
    ///   `DaemonError` when an arm has run with other settings than the file's, or arms have run with other
    ///   models or questions than each other.
    package func results() throws -> StudyResults {
        var runs: [StudyRun] = []
        var earlier: (path: String, round: FirstRound)?
        for seed in seeds {
            for arm in arms {
                let path = StudyDirectory.arm(arm.name, seed: seed, in: state)
                guard let first = try JournalStore.firstRound(of: path), first.round.finishedAt != nil else {
                    continue
                }
                let needed = first.round.checkpoint == nil ? first.before : first.after
                // A round without a checkpoint is complete once its incumbent has been asked.
                guard needed[.test] != nil, first.before[.test] != nil else { continue }
                try checkSettings(of: arm, first, at: path)
                if let earlier { try check(first, at: path, against: earlier.round, at: earlier.path) }
                earlier = earlier ?? (path, first)
                runs.append(
                    StudyRun(
                        arm: arm.name,
                        seed: seed,
                        round: first.round,
                        before: first.before,
                        after: first.after
                    )
                )
            }
        }
        var baselines: [UInt64: StudyBaseline] = [:]
        for seed in seeds where baselineVotes > 0 {
            baselines[seed] = try StudyDirectory.baseline(seed: seed, in: state)
        }
        return try StudyResults(
            arms: arms.map(\.name),
            reference: reference,
            seeds: seeds,
            runs: runs,
            baselines: baselines
        )
    }

    /// Refuses figures of settings that the file no longer has.
    private func checkSettings(of arm: Arm, _ first: FirstRound, at path: String) throws(DaemonError) {
        let differing = arm.settings.round.differingPaths(from: first.round.configuration).filter { path in
            JournalStore.forkedSections.contains { path.hasPrefix($0 + ".") }
        }
        guard let key = differing.first else { return }
        throw DaemonError(
            .invalidConfiguration,
            "\(self.path) does not fit \(path): its round has another \(key); undo the change, or name another state"
        )
    }

    /// Refuses to put runs side by side that differ in more than seed and arm.
    private func check(
        _ first: FirstRound,
        at path: String,
        against other: FirstRound,
        at otherPath: String
    ) throws(DaemonError) {
        let splits = Split.allCases.filter { first.questions[$0] != other.questions[$0] }
        let what =
            first.model != other.model
            ? "another model" : splits.first.map { "other \($0.rawValue) questions" }
        guard let what else { return }
        throw DaemonError(
            .invalidConfiguration,
            "\(path) has run with \(what) than \(otherPath), so that they cannot be compared; move one of them away and "
                + "run \"autodidactd study FILE\" again, or name another state"
        )
    }
}

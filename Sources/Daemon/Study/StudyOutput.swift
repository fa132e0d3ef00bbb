import ControlAPI
package import Loop
import Store

/// What `study --json` prints.
package struct StudyOutput: ControlReply, Hashable {
    /// Schema version of the output.
    package var schemaVersion = ControlVersion.schema
    /// What was found.
    package var results: StudyResults

    /// Memberwise.
    package init(results: StudyResults) { self.results = results }
}

extension StudyFile {
    /// Reads what has ended so far from the arms' state directories; changes nothing.
    ///
    /// - Returns: The arms side by side.
    /// - Throws: `LoopError` while no seed is complete; `StoreError` when a journal cannot be read.
    package func results() throws -> StudyResults {
        var runs: [StudyRun] = []
        for seed in seeds {
            for arm in arms {
                let path = StudyDirectory.arm(arm.name, seed: seed, in: state)
                guard let first = try JournalStore.firstRound(of: path), first.round.finishedAt != nil else {
                    continue
                }
                let needed = first.round.checkpoint == nil ? first.before : first.after
                // A round without a checkpoint is complete once its incumbent has been asked.
                guard needed[.test] != nil, first.before[.test] != nil else { continue }
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
        return try StudyResults(arms: arms.map(\.name), reference: reference, seeds: seeds, runs: runs)
    }
}

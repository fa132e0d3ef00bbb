import Foundation
import GRDB
import Loop

extension JournalStore {
    /// Removes what a crash left half done: files that no row names.
    ///
    /// Only the rows say where to continue.
    func removeLeftovers() throws {
        let (rows, newest, open) = try database.readNow { db in
            (
                Set(
                    try String.fetchAll(
                        db,
                        sql: "SELECT directory FROM checkpoints WHERE directory IS NOT NULL"
                    )
                ),
                try Int.fetchOne(db, sql: "SELECT max(id) FROM checkpoints") ?? 0,
                try db.openRound()?.id
            )
        }
        for directory in [state.path, state.checkpoints, state.training, state.exports] {
            for name in try files.names(in: directory) where name.hasPrefix(DurableFiles.temporaryPrefix) {
                try files.remove(directory + "/" + name)
            }
        }
        for name in try files.names(in: state.checkpoints) where !rows.contains(name) {
            guard let number = StateDirectory.number(in: name) else { continue }
            // A crash leaves at most the next number; any other means an older copy of the journal.
            guard number == newest + 1 else {
                throw StoreError.corrupt(
                    state.journal,
                    "it has no row for checkpoint directory \(name) and may be an older copy"
                )
            }
            try files.remove(state.checkpoint(name))
        }
        try removePrunedAdapters()
        try removeTrainingSaves(except: open)
    }

    /// Removes the training saves of every round but one.
    func removeTrainingSaves(except round: RoundID?) throws {
        for name in try files.names(in: state.training) {
            guard let number = StateDirectory.number(in: name, prefix: "round-"), number != round?.rawValue
            else {
                continue
            }
            try files.remove(state.training + "/" + name)
        }
    }
}

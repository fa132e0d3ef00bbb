import Foundation
import GRDB
import Loop

extension JournalStore {
    /// Removes what a crash left half done: files that no row names.
    ///
    /// Only the rows say where to continue.
    ///
    /// - Parameter checkpoints: Checkpoint directories without a row that the look at the start has found to
    ///   be such.
    /// - Throws: `StoreError` when the journal cannot be read or a file cannot be removed.
    func removeLeftovers(_ checkpoints: [String]) throws {
        let open = try database.readNow { db in try db.openRound()?.id }
        for directory in [state.path, state.checkpoints, state.training, state.exports] {
            for name in try files.names(in: directory) where name.hasPrefix(DurableFiles.temporaryPrefix) {
                try files.remove(directory + "/" + name)
            }
        }
        for name in checkpoints { try files.remove(state.checkpoint(name)) }
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

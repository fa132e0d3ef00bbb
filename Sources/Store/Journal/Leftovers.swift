import Foundation
import Loop

/// Tells checkpoint directories that a kill left without a row from those of a newer journal.
struct Leftovers {
    private let glance: JournalGlance
    private let state: StateDirectory
    private let files: DurableFiles

    private struct Manifest: Decodable {
        let round: Int
        let checkpoint: Int
        let parent: Int
        let seed: UInt64
    }

    init(_ glance: JournalGlance, _ state: StateDirectory, _ files: DurableFiles) {
        self.glance = glance
        self.state = state
        self.files = files
    }

    /// The directories that may be removed.
    ///
    /// - Parameters:
    ///   - names: Every checkpoint directory.
    ///   - version: The journal's schema.
    /// - Returns: Their names.
    /// - Throws: `StoreError` when a directory without a row may belong to a newer journal, or when all are
    ///   away.
    func find(among names: [String], version: Int) throws -> [String] {
        let rows = Set(
            try glance.rows("SELECT directory FROM checkpoints WHERE directory IS NOT NULL").compactMap {
                $0[0]
            }
        )
        try checkPlace(rows, version)
        let newest = try glance.number("SELECT max(id) FROM checkpoints") ?? 0
        for name in try files.names(in: state.training) {
            let last = try glance.number("SELECT coalesce(max(id), 0) FROM rounds") ?? 0
            guard let number = StateDirectory.number(in: name, prefix: "round-"), number > last else {
                continue
            }
            throw isOlder("it has no round for \(state.training)/\(name)", state.training + "/" + name)
        }
        return try names.filter { !rows.contains($0) }.map { name in
            let path = state.checkpoint(name)
            // A kill leaves at most the next number.
            guard StateDirectory.number(in: name) == newest + 1, try isUnfinished(path, newest + 1) else {
                throw isOlder("it has no row for checkpoint directory \(name)", path)
            }
            return name
        }
    }

    /// Whether a directory is what a round of this journal was about to record.
    ///
    /// The training saves go when the checkpoint has its row. As long as they are there, no journal can have
    /// had one; and a round that ended without a checkpoint never gets one.
    private func isUnfinished(_ path: String, _ number: Int) throws -> Bool {
        guard let data = try? files.bytes(of: path + "/round.json"),
            let manifest = try? JSONDecoder().decode(Manifest.self, from: data),
            manifest.checkpoint == number,
            let row = try glance.rows(
                "SELECT seed, parent, checkpoint, finished_at FROM rounds WHERE id = \(manifest.round)"
            ).first
        else { return false }
        guard row[0].flatMap({ Int64($0) }) == Int64(bitPattern: manifest.seed),
            row[1].flatMap({ Int($0) }) == manifest.parent, row[2] == nil
        else { return false }
        let name = state.training + "/round-" + manifest.round.padded
        return row[3] != nil || files.isDirectory(name)
    }

    /// Checkpoints that are recorded but whose whole place is not there are away, not damaged.
    private func checkPlace(_ rows: Set<String>, _ version: Int) throws {
        guard !rows.isEmpty, !files.isDirectory(state.checkpoints) else { return }
        throw StoreError(
            .stateAbsent,
            "\(state.checkpoints) is not there though \(state.journal) records checkpoints; mount or restore it, or make "
                + "an empty directory of that name to go on without them"
        )
    }

    private func isOlder(_ reason: String, _ path: String) -> StoreError {
        StoreError(
            .databaseCorrupt,
            "\(state.journal) may be an older copy: \(reason); put the newer journal back, or, to go on with this one, "
                + "move \(path) out of the state directory"
        )
    }
}

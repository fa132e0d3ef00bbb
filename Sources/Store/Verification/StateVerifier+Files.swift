import Foundation
import GRDB
import Loop

extension StateVerifier {
    /// What a state directory holds at its top, apart from logs and sockets.
    private static let known: Set<String> = [
        "journal.sqlite", "journal.sqlite-wal", "journal.sqlite-shm", "lock", "checkpoints", "training",
        "exports",
        "scaleout", "README.md",
    ]

    /// Files: every recorded one there and unchanged, none that no row names but known garbage.
    func checkFiles() throws {
        let rows = try Row.fetchAll(
            db,
            sql:
                "SELECT id, directory, files, is_pruned, is_corrupt, round, sha256 FROM checkpoints WHERE id > 0"
        )
        for row in rows { try checkCheckpoint(row) }
        let names = Set(rows.compactMap { $0[1] as String? })
        let newest = rows.compactMap { $0[0] as Int? }.max() ?? 0
        try rule("stray_checkpoint") {
            try files.names(in: state.checkpoints).filter { name in
                // A kill leaves at most a temporary directory, or the next number renamed but not recorded.
                !name.hasPrefix(DurableFiles.temporaryPrefix) && !names.contains(name)
                    && StateDirectory.number(in: name) != newest + 1
            }.map { "\(state.checkpoints)/\($0) belongs to no checkpoint" }
        }
        try rule("stray_training") {
            let last = try Int.fetchOne(db, sql: "SELECT coalesce(max(id), 0) FROM rounds") ?? 0
            return try files.names(in: state.training).filter { name in
                guard let number = StateDirectory.number(in: name, prefix: "round-") else {
                    return !name.hasPrefix(DurableFiles.temporaryPrefix)
                }
                // Saves of an ended round go when the next begins.
                return number > last
            }.map { "\(state.training)/\($0) belongs to no round" }
        }
        try rule("stray_file") {
            try files.names(in: state.path).filter { name in
                !Self.known.contains(name) && !name.hasPrefix(DurableFiles.temporaryPrefix)
                    && !name.hasSuffix(".log") && !name.hasSuffix(".sock")
            }.map { "\(state.path)/\($0) does not belong in a state directory" }
        }
    }

    private func checkCheckpoint(_ row: Row) throws {
        let (id, isPruned, isCorrupt): (Int, Bool, Bool) = (row[0], row[3], row[4])
        // A damaged checkpoint is known, marked and out of use.
        guard !isCorrupt else { return }
        report.checkpointCount += 1
        let directory = state.checkpoint(row[1])
        let hashes = (try? StoredJSON.value([String: String].self, from: row[2])) ?? [:]
        try rule("checkpoint_files") {
            var faults: [String] = []
            if hashes[FileName.adapterWeights] != (row[6] as String?)
                || hashes[CheckpointFiles.manifestName] == nil
            {
                faults.append(
                    "checkpoint \(id) records no SHA-256 of its adapter and manifest, or two that differ"
                )
            }
            for (name, recorded) in hashes.sorted(by: { $0.key < $1.key }) {
                if isPruned, name == FileName.adapterWeights { continue }
                report.fileCount += 1
                let path = directory + "/" + name
                do {
                    let found = try files.digest(of: path, checkCancelled: checkCancelled)
                    if found != recorded {
                        faults.append(
                            "\(path) of checkpoint \(id) has SHA-256 \(found), recorded is \(recorded)"
                        )
                    }
                } catch let error as StoreError {
                    faults.append("\(path) of checkpoint \(id) cannot be read: \(error)")
                }
            }
            return faults
        }
        try rule("checkpoint_extra_file") {
            try files.names(in: directory).filter { hashes[$0] == nil }
                .map { "\(directory)/\($0) is not part of checkpoint \(id)" }
        }
        try rule("checkpoint_manifest") { try manifestFaults(row, directory) }
        if !isPruned {
            try rule("checkpoint_finite") {
                SafetensorsNumbers.areFinite(directory + "/" + FileName.adapterWeights)
                    ? []
                    : [
                        "the adapter of checkpoint \(id) holds a number that is not finite, or is not a safetensors file"
                    ]
            }
        }
    }

    private func manifestFaults(_ row: Row, _ directory: String) throws -> [String] {
        struct Manifest: Decodable {
            let round: Int
            let checkpoint: Int
            let parent: Int
            let seed: UInt64
        }
        let path = directory + "/" + CheckpointFiles.manifestName
        guard let data = try? files.bytes(of: path),
            let manifest = try? JSONDecoder().decode(Manifest.self, from: data)
        else { return ["\(path) is not a manifest"] }
        let (id, round): (Int, Int) = (row[0], row[5])
        let stored = try Row.fetchOne(
            db,
            sql: "SELECT parent, seed FROM rounds WHERE id = ?",
            arguments: [round]
        )
        let parent: Int? = stored?[0]
        let seed: Int64? = stored?[1]
        let agrees =
            manifest.checkpoint == id && manifest.round == round && manifest.parent == parent
            && seed.map(UInt64.init(bitPattern:)) == manifest.seed
        return agrees ? [] : ["\(path) names another round, checkpoint, parent or seed than the journal"]
    }
}

import GRDB
import Loop

extension JournalStore {
    /// Writes an adapter's files durably and records them as the round's checkpoint.
    ///
    /// - Parameters:
    ///   - contents: The adapter's files.
    ///   - round: The round as it will be recorded; gets the checkpoint's number.
    ///   - stored: Its row.
    ///   - db: The transaction that records the round.
    /// - Throws: `StoreError` when the round has a checkpoint, a name is unfit or the disk cannot be written.
    func recordCheckpoint(
        _ contents: [FileContent],
        of round: inout RoundRecord,
        over stored: RoundRecord,
        in db: Database
    ) throws {
        guard stored.checkpoint == nil else {
            throw StoreError(
                .invalidRequest,
                "round \(round.id) has a checkpoint already; it makes only one"
            )
        }
        try check(contents)
        let newest = try Int.fetchOne(db, sql: "SELECT max(id) FROM checkpoints") ?? 0
        let id = CheckpointID(rawValue: newest + 1)
        round.checkpoint = id
        let model = try String.fetchOne(db, sql: "SELECT model FROM meta")
            .map { try StoredJSON.value(ModelIdentity.self, from: $0) }
        var line = try db.line(to: stored.parent)
        line.steps.append(try db.step(of: round))
        let complete = try CheckpointFiles(round: round, checkpoint: id, model: model, line: line)
            .added(to: contents)

        let name = id.rawValue.padded
        // As long as it is there, a checkpoint directory without a row is known to be this round's unfinished
        // work.
        try createTrainingDirectory(of: round.id)
        try files.writeDirectory(state.checkpoint(name), files: complete)

        let hashes = complete.digests
        try db.execute(
            sql: """
                INSERT INTO checkpoints (id, round, parent, directory, sha256, files, created_at)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                id.rawValue, round.id.rawValue, stored.parent.rawValue, name, hashes[FileName.adapterWeights],
                try StoredJSON.text(hashes), timestamp,
            ]
        )
    }

    /// Checks a checkpoint's files against their recorded SHA-256s.
    func verifiedAdapter(of id: CheckpointID, in db: Database) throws -> AdapterLocation? {
        let checkpoint = try db.checkpoint(id)
        guard let name = checkpoint.directory, let sha256 = checkpoint.sha256 else { return nil }
        try checkpoint.checkKept()
        let hashes = try db.recordedFiles(of: id)
        let directory = state.checkpoint(name)
        for (file, recorded) in hashes.sorted(by: { $0.key < $1.key }) {
            let path = directory + "/" + file
            let remedy = "restore the file or go back with \"autodidact rollback ROUND\""
            let found: String
            do {
                found = try files.digest(of: path)
            } catch {
                // Not read is not damaged, and neither is what has gone away together with the state
                // directory.
                try presence.check()
                guard !files.isThere(path) else { throw error }
                throw StoreError(
                    .checkpointCorrupt,
                    "checkpoint \(id) is corrupt: cannot read \(path), recorded SHA-256 \(recorded);\n\(remedy)",
                    cause: error
                )
            }
            guard found == recorded else {
                throw StoreError(
                    .checkpointCorrupt,
                    "checkpoint \(id) is corrupt: \(path) has SHA-256 \(found), recorded \(recorded);\n\(remedy)"
                )
            }
        }
        return AdapterLocation(path: directory, sha256: sha256)
    }

    private func check(_ contents: [FileContent]) throws {
        try FileContent.checkNames(contents)
        let names = contents.map(\.name)
        guard names.contains(FileName.adapterWeights) else {
            throw StoreError(
                .invalidRequest,
                "a checkpoint needs \(FileName.adapterWeights); given are \(names)"
            )
        }
        for name in [FileName.modelCard, CheckpointFiles.manifestName] where names.contains(name) {
            throw StoreError(
                .invalidRequest,
                "the journal writes \(name) itself; leave it out of the checkpoint"
            )
        }
    }
}

extension Database {
    /// SHA-256s of a checkpoint's files by their names.
    fileprivate func recordedFiles(of id: CheckpointID) throws -> [String: String] {
        let row = try Row.fetchOne(
            self,
            sql: "SELECT files FROM checkpoints WHERE id = ?",
            arguments: [id.rawValue]
        )
        guard let row else { throw StoreError.noCheckpoint(id) }
        return try row.json([String: String].self, 0)
    }
}

extension FileContent {
    /// Refuses names that are not plain, or are there twice.
    static func checkNames(_ files: [FileContent]) throws {
        var seen: Set<String> = []
        for file in files {
            let isPlain =
                !file.name.isEmpty && !file.name.hasPrefix(".")
                && !file.name.contains { $0 == "/" || $0 == "\0" }
            guard isPlain, seen.insert(file.name).inserted else {
                throw StoreError(
                    .invalidRequest,
                    "\(file.name.debugDescription) is not a file name, or is there twice"
                )
            }
        }
    }
}

extension CheckpointRecord {
    /// Refuses one whose adapter retention has removed.
    ///
    /// - Throws: `StoreError` `checkpoint_pruned`.
    func checkKept() throws(StoreError) {
        guard isPruned else { return }
        throw StoreError(
            .checkpointPruned,
            "checkpoint \(id) has no adapter any more: retention removed it; choose another, and pin what must stay"
        )
    }
}

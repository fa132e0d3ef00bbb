import Foundation
public import Loop

extension JournalStore {
    private static let scoreFile = "score.json"

    /// What a score's file holds.
    ///
    /// A score counts only for the adapter that it was measured with, and while the model computes, and answers
    /// are read, as they were then: scores of other conditions must not be compared.
    private struct ScoreFile: Codable {
        var sha256: String
        /// As evaluations have it, but without questions: those of an open round stay what they are.
        var basis: String
        var score: ContenderScore
    }

    /// Writes a contender durably beside the round's training saves.
    ///
    /// - Throws: `StoreError` when the round is not open, a name is unfit or the disk cannot be written.
    public func keep(
        _ contender: Contender,
        number: Int,
        of round: RoundID
    ) async throws -> KeptContender {
        try FileContent.checkNames(contender.files)
        guard let sha256 = contender.files.digests[FileName.adapterWeights] else {
            throw StoreError(
                .invalidRequest,
                "contender \(contender.name) needs \(FileName.adapterWeights); given are \(contender.files.map(\.name))"
            )
        }
        let directory = state.contender(of: round, number: number)
        // On a reader's queue: writing and hashing take longer than Swift's shared threads should wait.
        return try await database.read { [self] db in
            _ = try db.openRound(round)
            let manifest = try StoredJSON.text(contender.files.digests, isPretty: true) + "\n"
            let path = directory + "/" + Self.manifestFile
            let known = files.isThere(path) ? try files.bytes(of: path) : nil
            let isSame = known == Data(manifest.utf8)
            if try !isSame || !isComplete(directory) {
                try createTrainingDirectory(of: round)
                try files.writeDirectory(
                    directory,
                    files: contender.files
                        + [FileContent(name: Self.manifestFile, bytes: Array(manifest.utf8))]
                )
            }
            return KeptContender(
                adapter: AdapterLocation(path: directory, sha256: sha256),
                score: try score(of: round, number: number, sha256: sha256, basis: basis([], in: db))
            )
        }
    }

    /// Records durably what a kept contender scored.
    ///
    /// - Throws: `StoreError` when the round is not open or the disk cannot be written.
    public func record(
        _ score: ContenderScore,
        of adapter: AdapterLocation,
        number: Int,
        of round: RoundID
    ) async throws {
        try await database.read { [self] db in
            _ = try db.openRound(round)
            let file = ScoreFile(sha256: adapter.sha256, basis: try basis([], in: db), score: score)
            let content = FileContent(name: Self.scoreFile, bytes: Array(try StoredJSON.text(file).utf8))
            let manifest = try StoredJSON.text([content].digests)
            try createTrainingDirectory(of: round)
            try files.writeDirectory(
                state.score(of: round, contender: number),
                files: [content, FileContent(name: Self.manifestFile, bytes: Array(manifest.utf8))]
            )
        }
    }

    /// A recorded score; nil when there is none, it is damaged, or it is of other bytes or conditions.
    private func score(
        of round: RoundID,
        number: Int,
        sha256: String,
        basis: String
    ) throws -> ContenderScore? {
        let directory = state.score(of: round, contender: number)
        guard try isComplete(directory),
            let text = String(data: try files.bytes(of: directory + "/" + Self.scoreFile), encoding: .utf8),
            let found = try? StoredJSON.value(ScoreFile.self, from: text), found.sha256 == sha256,
            found.basis == basis
        else { return nil }
        return found.score
    }
}

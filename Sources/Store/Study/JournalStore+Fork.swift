import Foundation
import GRDB
public import Loop

extension JournalStore {
    /// What may differ between a round and its fork: nothing that candidates depend on.
    ///
    /// Where `generate.permuteOptions` moves options, `vote.answerKind` may not differ either.
    public static let forkedSections = ["select", "vote", "finetune"]

    /// Makes a state directory in which the open round goes on with other settings.
    ///
    /// The round must have its candidates and nothing more. The copy is there whole or not at all: the
    /// journal is written under a temporary name beside it, flushed and renamed. This state does not change.
    ///
    /// - Parameters:
    ///   - path: The new state directory; its parent is there, it is not.
    ///   - configuration: What the round has there.
    /// - Throws: `StoreError` `invalid_request` for another setting that differs, a round that is not about
    ///   to vote, or a path that is taken; or when the disk cannot be written.
    public func fork(to path: String, configuration: RoundConfiguration) async throws {
        let target = StateDirectory(path).path
        let round = try await forkable(to: target, configuration)
        // Not inside this state directory: the copy is beside it.
        let files = DurableFiles(before: files.before)
        let name = (target as NSString).lastPathComponent
        let temporary =
            (target as NSString).deletingLastPathComponent + "/" + DurableFiles.temporaryPrefix + name
        guard !files.isDirectory(target) else {
            throw StoreError(.invalidRequest, "cannot fork round \(round.id): \(target) is there already")
        }
        try files.remove(temporary)
        try files.createDirectory(temporary)
        let journal = StateDirectory(temporary).journal
        do {
            try await database.copy(to: journal)
            try configure(round, as: configuration, in: journal)
            Failpoint.reached("fork.copied")
            try files.install(temporary, as: target)
        } catch {
            // Best effort: the next fork to this path removes what stays.
            try? files.remove(temporary)
            throw StoreError.wrapping(error, path: journal)
        }
    }

    private func forkable(to path: String, _ configuration: RoundConfiguration) async throws -> RoundRecord {
        guard let round = try await openRound() else {
            throw StoreError(.invalidRequest, "cannot fork to \(path): no round is open")
        }
        guard round.phase == .vote, round.id.rawValue == 1 else {
            throw StoreError(
                .invalidRequest,
                "cannot fork round \(round.id), which is in phase \(round.phase.rawValue); only a first round that has "
                    + "its candidates and no vote can be forked"
            )
        }
        let others = configuration.differingPaths(from: round.configuration).filter { path in
            !Self.forkedSections.contains { path.hasPrefix($0 + ".") }
        }
        if let key = others.first {
            throw StoreError(
                .invalidRequest,
                "cannot fork round \(round.id): \(key) differs; only the sections "
                    + "\(Self.forkedSections.joined(separator: ", ")) may"
            )
        }
        guard configuration.hasOptionOrders(of: round.configuration) else {
            throw StoreError(
                .invalidRequest,
                "cannot fork round \(round.id): vote.answerKind differs, on which the order of the options depends that its "
                    + "candidates saw (generate.permuteOptions)"
            )
        }
        return round
    }

    /// Gives the copied round its configuration; answers that it reads as before still count.
    private func configure(
        _ round: RoundRecord,
        as configuration: RoundConfiguration,
        in journal: String
    ) throws {
        // Not the journal's own mode: a log beside the file would have to be flushed and moved, too.
        let queue = try DatabaseQueue(path: journal)
        defer { try? queue.close() }
        let text = try StoredJSON.text(configuration)
        try queue.write { db in
            try db.execute(
                sql: "UPDATE rounds SET configuration = ? WHERE id = ? AND finished_at IS NULL",
                arguments: [text, round.id.rawValue]
            )
            guard db.changesCount == 1 else {
                throw StoreError(
                    .databaseCorrupt,
                    "\(journal) lacks round \(round.id); free some space and try again"
                )
            }
            if configuration.vote.readsAnswers(as: round.configuration.vote) {
                try renewBases(from: round.configuration, to: configuration, in: db)
            }
        }
    }
}

extension VoteSettings {
    /// Whether answers are read by the same rules, however they are counted then.
    fileprivate func readsAnswers(as other: VoteSettings) -> Bool {
        answerKind == other.answerKind && extractor == other.extractor && reading == other.reading
    }
}

extension JournalDatabase {
    /// Writes a copy of the database, without what is free in it.
    func copy(to file: String) async throws {
        do {
            try await pool.writeWithoutTransaction { db in
                try db.execute(sql: "VACUUM INTO ?", arguments: [file])
            }
        } catch {
            throw transactions.wrapped(error)
        }
    }
}

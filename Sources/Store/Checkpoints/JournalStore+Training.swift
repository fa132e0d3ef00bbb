import Foundation
import GRDB
public import Loop

extension JournalStore {
    static let manifestFile = "manifest.json"

    /// How many saves of a round stay: the newest, and one before it should that turn out damaged.
    private static let keptSaves = 2

    /// Writes a training save durably and drops all but the newest two.
    ///
    /// Call it on the engine's thread.
    public func write(_ save: TrainingSave, of round: RoundID) throws {
        _ = try database.readNow { db in try db.openRound(round) }
        try FileContent.checkNames(save.files)
        guard save.step >= 0, !save.files.contains(where: { $0.name == Self.manifestFile }) else {
            throw StoreError(.invalidRequest, "training save \(save.step) has a bad step or its own manifest")
        }
        let manifest = try StoredJSON.text(save.files.digests, isPretty: true) + "\n"
        let directory = state.training(of: round)
        try createTrainingDirectory(of: round)
        try files.writeDirectory(
            state.training(of: round, step: save.step),
            files: save.files + [FileContent(name: Self.manifestFile, bytes: Array(manifest.utf8))]
        )
        for step in try steps(in: directory).dropLast(Self.keptSaves) {
            try files.remove(state.training(of: round, step: step))
        }
    }

    /// Makes the directory of a round's training saves; it goes once the round's checkpoint is recorded.
    func createTrainingDirectory(of round: RoundID) throws {
        try presence.check()
        try files.createDirectory(state.training)
        try files.createDirectory(state.training(of: round))
    }

    /// The newest complete training save of a round; incomplete and damaged ones are passed over.
    public func newestTrainingSave(of round: RoundID) async throws -> String? {
        try await database.read { [self] _ in
            for step in try steps(in: state.training(of: round)).reversed() {
                let path = state.training(of: round, step: step)
                if try isComplete(path) { return path }
            }
            return nil
        }
    }

    private func steps(in directory: String) throws -> [Int] {
        try files.names(in: directory).compactMap { StateDirectory.number(in: $0, prefix: "step-") }.sorted()
    }

    /// Whether every file of a save is there and unchanged.
    ///
    /// What cannot be read now is not damaged: passing it over would throw away hours of training.
    func isComplete(_ directory: String) throws -> Bool {
        let manifest = directory + "/" + Self.manifestFile
        guard files.isThere(manifest) else { return false }
        // Throws what the system says; what can be read and is no manifest is damaged.
        let bytes = try files.bytes(of: manifest)
        guard let text = String(data: bytes, encoding: .utf8),
            let hashes = try? StoredJSON.value([String: String].self, from: text)
        else { return false }
        for (name, recorded) in hashes {
            let path = directory + "/" + name
            guard files.isThere(path), try files.digest(of: path) == recorded else { return false }
        }
        return true
    }
}

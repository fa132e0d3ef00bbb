import GRDB
public import Loop
import Synchronization

extension JournalStore {
    /// Ties the state directory to a model; the first call stores it.
    ///
    /// Evaluations recorded from now on, and those that still count, are of this model's precision and
    /// instruction set.
    ///
    /// - Parameter model: The model whose adapters the checkpoints are.
    /// - Throws: `StoreError` `other_model` when the directory belongs to another one, or when a file that
    ///   takes part, such as `config.json` or `tokenizer.json`, is no longer what it was: the same weights
    ///   would compute something else.
    public func bind(model: ModelIdentity) throws {
        let directory = state.path
        arithmetic.withLock { $0 = "\(model.precision), \(model.instructionSet)" }
        try database.writeNow { db in
            let row = try Row.fetchOne(db, sql: "SELECT model, model_files FROM meta WHERE model IS NOT NULL")
            if let row {
                let binding = ModelBinding(owner: row[0], files: row[1], directory: directory)
                try binding.check(model)
                if binding.files != nil { return }
            } else {
                try db.execute(
                    sql: "UPDATE meta SET model = ?, model_sha256 = ?",
                    arguments: [try StoredJSON.text(model), model.sha256]
                )
            }
            // Version 0.1.0 recorded the weights alone: what is there now is what counts from now on.
            guard !model.fileDigests.isEmpty else { return }
            try db.execute(
                sql: "UPDATE meta SET model_files = ?",
                arguments: [try StoredJSON.text(model.fileDigests)]
            )
        }
    }
}

/// The model that a state directory belongs to.
struct ModelBinding {
    /// Its identity as JSON.
    let owner: String
    /// Its files with their SHA-256 as JSON; nil if a version before them recorded it.
    let files: String?
    let directory: String

    /// Refuses another model, or another file of the same one.
    func check(_ model: ModelIdentity) throws {
        let owner = try StoredJSON.value(ModelIdentity.self, from: owner)
        guard owner.sha256 == model.sha256 else {
            throw StoreError(
                .otherModel,
                """
                state directory \(directory) belongs to model \(owner.name) (SHA-256 \(owner.sha256.prefix(12))), \
                not \(model.name) (\(model.sha256.prefix(12))); use that model or another state directory
                """
            )
        }
        if let files {
            try checkFiles(of: model, recorded: StoredJSON.value([String: String].self, from: files))
        }
    }

    private func checkFiles(of model: ModelIdentity, recorded: [String: String]) throws {
        let found = model.fileDigests
        guard !found.isEmpty else { return }
        // A file with another name and the same bytes has only been renamed.
        let (foundBytes, recordedBytes) = (Set(found.values), Set(recorded.values))
        let changed = Set(found.keys).union(recorded.keys).filter { name in
            guard found[name] != recorded[name] else { return false }
            let isGone = recorded[name].map { !foundBytes.contains($0) } ?? false
            let isNew = found[name].map { !recordedBytes.contains($0) } ?? false
            return isGone || isNew
        }
        guard let name = changed.min() else { return }
        let what =
            found[name] == nil
            ? "is missing" : recorded[name] == nil ? "was not there before" : "has changed"
        let more = changed.count > 1 ? " (and \(changed.count - 1) more)" : ""
        throw StoreError(
            .otherModel,
            """
            \(name) of model \(model.name)\(more) \(what) since state directory \(directory) began, so that the same \
            weights would compute something else; put the file back, or use another state directory
            """
        )
    }
}

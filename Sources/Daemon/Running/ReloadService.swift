import Logging
import Loop
import ServiceLifecycle
import Store
import UnixSignals

/// Reads the configuration again on SIGHUP (`systemctl reload`): checked completely before any of it is used.
///
/// The running round keeps what it began with; the next one begins with the new settings.
struct ReloadService: Service {
    let store: JournalStore
    let loop: LoopService
    let current: CurrentSettings
    /// Measures prompts for the model that runs; nil if its engine does not say.
    let ruler: PromptRuler?
    /// Reads file, environment and command line as at start.
    let read: @Sendable () throws -> DaemonSettings

    /// Runs until shutdown.
    func run() async throws {
        let signals = await UnixSignalsSequence(trapping: .sighup)
        // One that came while the model was loading: the manager waits for nothing then.
        if EarlyReload.take() { _ = try? await store.append([await reload()]) }
        for await _ in signals.cancelOnGracefulShutdown() {
            Systemd.notify("RELOADING=1\nMONOTONIC_USEC=\(Systemd.monotonicMicroseconds)")
            let event = await reload()
            // A journal that cannot be written is for the loop to wait for; the new settings are used all the
            // same.
            _ = try? await store.append([event])
            Systemd.notify("READY=1")
        }
    }

    /// Takes the new settings, or keeps the old ones and says why.
    func reload() async -> RoundEvent {
        do {
            var checked = try CheckedSettings(try read(), ruler: ruler)
            let (old, wanted) = (current.value, checked.settings)
            let checkpoint = try await store.currentCheckpoint().id
            if let made = try await store.configuration(of: checkpoint) {
                try wanted.round.finetune.checkContinuing(made.finetune, of: checkpoint)
            }
            // Only a new process can follow a change of these.
            checked.settings.model = old.model
            checked.settings.stateDirectory = old.stateDirectory
            checked.settings.socket = old.socket
            checked.settings.engine = old.engine
            checked.settings.scaleout = old.scaleout
            try EngineFactory.checkLimits(checked.settings)
            let (complete, count, correctedCount) = try await loop.addQuestions { [checked, store] in
                try await QuestionIntake.take(checked, into: store)
            }
            let renamed = GoneQuestions.renamed(from: old, to: complete, try await store.questionRecords())
            current.replace(complete.settings)
            await loop.adopt(complete.settings)
            var notes = Self.changes(from: old, to: complete.settings, wanted: wanted)
            if count > 0 { notes.append("\(count) questions added") }
            if correctedCount > 0 {
                notes.append("\(correctedCount) train answer\(correctedCount == 1 ? "" : "s") corrected")
            }
            return RoundEvent(
                .reloaded,
                message: (notes + renamed + complete.warnings).joined(separator: "; ")
            )
        } catch {
            return RoundEvent(
                .reloadRefused,
                message: "configuration not used, the previous one stays: \(error)"
            )
        }
    }

    /// What changed, in words: what the next round takes, and what waits for a new process.
    private static func changes(
        from old: DaemonSettings,
        to taken: DaemonSettings,
        wanted: DaemonSettings
    ) -> [String] {
        let (before, after) = (SettingsReference.values(of: old), SettingsReference.values(of: taken))
        let asked = SettingsReference.values(of: wanted)
        let keys = asked.keys.sorted()
        var changes = keys.filter { before[$0] != after[$0] }.map {
            "\($0) \(before[$0] ?? "") → \(after[$0] ?? "")"
        }
        if old.shotsFile == taken.shotsFile, old.round.prompt.shots != taken.round.prompt.shots {
            changes.append("the text of prompt.shots")
        }
        if old.schemaFile == taken.schemaFile, old.round.answer.schema != taken.round.answer.schema {
            changes.append("the text of answer.schema")
        }
        let waiting = keys.filter { after[$0] != asked[$0] }
        var notes = changes.isEmpty ? [] : ["from the next round on: \(changes.joined(separator: ", "))"]
        if !waiting.isEmpty {
            notes.append("after a restart only: \(waiting.joined(separator: ", "))")
        }
        return notes.isEmpty ? ["configuration read again, nothing changed"] : notes
    }
}

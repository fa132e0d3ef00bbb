import ControlAPI
import Logging
import Loop
import Store

// Carries out what the failure policy decides.
extension LoopService {
    /// Continues after an error as `FailurePolicy` says.
    ///
    /// - Throws: An error that only a new process can recover from.
    func failed(_ cause: any Error) async throws {
        let error = absence() ?? cause
        // What only a new process can recover from stays that, wherever the directory is.
        if failures.step(after: cause) == .end { throw cause }
        let step = failures.step(after: error)
        if step == .end { throw error }
        if hold.wasInterrupted || Task.isCancelled { return }
        switch step {
        case .end: throw error
        case .waitForStorage: try await waitForStorage(error)
        case .replaceCheckpoint:
            do {
                if try await housekeeping.setAsideDamaged() { return }
            } catch {
                try endIfNeeded(error)
            }
            try await count(error, closes: false)
        case .tryAgain: try await count(error, closes: false)
        case .close: try await count(error, closes: true)
        }
    }

    /// Throws on what only a new process can recover from.
    private func endIfNeeded(_ error: any Error) throws {
        if failures.step(after: error) == .end { throw error }
    }

    /// Why the state directory is not where it was, if so: whatever failed then failed because of that.
    private func absence() -> (any Error)? {
        do {
            try store.checkPresence()
            return nil
        } catch {
            return error
        }
    }

    /// Waits until the state directory is back and can be written, trying every few seconds.
    ///
    /// Told once: what follows until `storageRecovered` is counted.
    private func waitForStorage(_ cause: any Error) async throws {
        enter(.waiting, Self.detail(cause))
        let message = "\(cause)"
        var trouble = failures.lasting.storage ?? StorageTrouble(note: TroubleNote(message))
        if failures.lasting.storage != nil { trouble.note.again() }
        trouble.relapseCount += 1
        trouble.runLength = failures.lasting.runStart.map { .now - $0 } ?? .zero
        (failures.lasting.storage, failures.lasting.runStart) = (trouble, nil)
        if !trouble.isRecorded, trouble.relapseCount == 0 {
            do {
                try await recordTrouble()
            } catch {
                try endIfNeeded(error)
                // The event would have been this line.
                Self.logger.error("storage trouble", metadata: ["error": "\(message)"])
            }
        }
        // In two steps: an assignment through `?` looks before it awaits, and the trouble may be over after that.
        let place = try? await store.openRound().map(RoundPlace.init)
        failures.lasting.storage?.place = place
        let pause = trouble.pause(failures.storageRetry)
        while !Task.isCancelled {
            await rest(for: pause)
            guard !Task.isCancelled, !hold.isPaused, hold.count == 0 else { return }
            do {
                try await store.checkStorage()
                return try await recordTrouble()
            } catch {
                try endIfNeeded(error)
                failures.lasting.storage?.note.again()
                enter(.waiting, Self.detail(error))
            }
        }
    }

    private static func detail(_ error: any Error) -> String {
        let isAbsent = (error as? StoreError)?.code == .stateAbsent
        let what =
            isAbsent
            ? "the state directory is away; continues by itself when it is back"
            : "cannot write the state directory; continues by itself when it can"
        return "\(what): \(error)"
    }

    /// Writes the event of a storage trouble unless it is in the journal already.
    private func recordTrouble() async throws {
        guard let trouble = failures.lasting.storage, !trouble.isRecorded else { return }
        try await store.append([trouble.event])
        failures.lasting.storage?.isRecorded = true
    }

    /// Says that troubles are over, each once, with how long they lasted.
    ///
    /// Called when what failed has worked.
    func troublesOver() async throws {
        let (storage, beginning) = (failures.lasting.storage, failures.lasting.beginning)
        guard storage != nil || beginning != nil else { return }
        // First: nobody else must say it while this waits for the journal.
        (failures.lasting.storage, failures.lasting.beginning) = (nil, nil)
        var events: [RoundEvent] = []
        if let storage {
            if !storage.isRecorded { events.append(storage.event) }
            let message =
                "the state directory can be written again \(storage.note.summary()); the round continues"
            events.append(RoundEvent(.storageRecovered, message: message))
        }
        if let beginning {
            events.append(RoundEvent(.warning, message: "rounds can begin again \(beginning.summary())"))
        }
        do {
            try await store.append(events)
        } catch {
            failures.lasting.storage = failures.lasting.storage ?? storage
            failures.lasting.beginning = failures.lasting.beginning ?? beginning
            throw error
        }
    }

    /// Watches a round that runs after trouble, until it has shown that the trouble is over.
    func watchTroubles() async {
        guard failures.lasting.storage != nil || failures.lasting.beginning != nil else { return }
        let start = ContinuousClock.now
        let wait = failures.lasting.storage.map { $0.proofLength(failures.storageRetry) } ?? .zero
        while (try? await Task.sleep(for: failures.storageRetry)) != nil {
            guard let round = try? await store.openRound() else { continue }
            let place = failures.lasting.storage?.place
            let isFurther = place.map { $0 != RoundPlace(round) } ?? false
            guard isFurther || ContinuousClock.now - start >= wait else { continue }
            // What the journal refuses now, the round will meet, too.
            if (try? await troublesOver()) != nil { return }
        }
    }

    /// Counts a failure against the open round, closes it if that is said or after too many, and waits before
    /// the next try.
    private func count(_ error: any Error, closes: Bool) async throws {
        let message = "\(error)"
        let delay = failures.failed()
        do {
            if let round = try await store.openRound() {
                try await record(error, of: round, closes: closes)
            } else {
                try await recordNoBeginning(message)
            }
            failures.lasting.recording = nil
        } catch {
            try endIfNeeded(error)
            if failures.lasting.recording == nil {
                Self.logger.error("cannot record the failure", metadata: ["error": "\(error)"])
            }
            failures.lasting.recording = failures.lasting.recording ?? TroubleNote("\(error)")
        }
        enter(.waiting, "next try in \(delay.components.seconds) s after: \(message)")
        await rest(for: delay)
    }

    /// Told when it begins and when its cause changes.
    private func recordNoBeginning(_ message: String) async throws {
        guard failures.lasting.beginning?.message != message else {
            failures.lasting.beginning?.again()
            return
        }
        try await store.append([RoundEvent(.phaseFailed, message: "cannot begin a round: \(message)")])
        failures.lasting.beginning = TroubleNote(message)
    }

    private func record(_ error: any Error, of round: RoundRecord, closes: Bool) async throws {
        let message = "\(error)"
        let isStall = (error as? DaemonError)?.code == .timedOut
        let attempt =
            closes
            ? "another try would not help"
            : "try \(round.failureCount + 1) of \(Self.attemptLimit)"
        let event = RoundEvent(
            isStall ? .stalled : .phaseFailed,
            round: round.id,
            phase: round.phase,
            message: "\(round.phase.rawValue) failed, \(attempt): \(message)"
        )
        let failureCount = try await store.recordFailure(of: round.id, message: message, events: [event])
        guard closes || failureCount >= Self.attemptLimit else { return }
        let times = failureCount == 1 ? "once" : "\(failureCount) times"
        let text = "round \(round.id) failed \(times) and is closed: \(message)"
        try await store.fail(
            round.id,
            event: RoundEvent(.roundEnded, round: round.id, phase: round.phase, message: text)
        )
    }
}

import ControlAPI
import Logging
import Loop
import Store

// Carries out what the failure policy decides.
extension LoopService {
    /// Continues after an error as `FailurePolicy` says.
    ///
    /// - Throws: An error that only a new process can recover from.
    func failed(_ error: any Error) async throws {
        let step = failures.step(after: error)
        if step == .end { throw error }
        if hold.wasInterrupted || Task.isCancelled { return }
        switch step {
        case .end: throw error
        case .waitForStorage: try await waitForStorage("\(error)")
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

    /// Waits until the state directory can be written, trying every few seconds.
    private func waitForStorage(_ message: String) async throws {
        Self.logger.error("storage trouble", metadata: ["error": "\(message)"])
        enter(.waiting, "cannot write the state directory; continues by itself when it can: \(message)")
        let trouble = RoundEvent(.storageTrouble, message: message)
        var isRecorded = false
        do {
            try await store.append([trouble])
            isRecorded = true
        } catch {
            try endIfNeeded(error)
        }
        while !Task.isCancelled {
            await rest(for: failures.storageRetry)
            guard !Task.isCancelled, !hold.isPaused, hold.count == 0 else { return }
            do {
                try await store.checkSpace()
                if !isRecorded { try await store.append([trouble]) }
                isRecorded = true
                let message = "the state directory can be written again; the round continues"
                return try await store.append([RoundEvent(.storageRecovered, message: message)])
            } catch {
                try endIfNeeded(error)
                enter(.waiting, "cannot write the state directory; continues by itself when it can: \(error)")
            }
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
            } else if failures.streak == 1 {
                try await store.append([RoundEvent(.phaseFailed, message: "cannot begin a round: \(message)")]
                )
            } else {
                let metadata: Logger.Metadata = ["error": "\(message)", "failures": "\(failures.streak)"]
                Self.logger.error("cannot begin a round", metadata: metadata)
            }
        } catch {
            try endIfNeeded(error)
            Self.logger.error("cannot record the failure", metadata: ["error": "\(error)"])
        }
        enter(.waiting, "next try in \(delay.components.seconds) s after: \(message)")
        await rest(for: delay)
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

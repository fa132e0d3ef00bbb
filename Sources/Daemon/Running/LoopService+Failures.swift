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

    /// Waits until the state directory is back and can be written, looking every few seconds.
    private func waitForStorage(_ cause: any Error) async throws {
        enter(.waiting, Self.detail(cause))
        let trouble = RoundEvent(.storageTrouble, message: "\(cause)")
        if failures.storage.began() {
            do {
                try await store.append([trouble])
                failures.storage.said()
            } catch {
                try endIfNeeded(error)
                // The journal takes no event now; it gets it when it is back.
                if failures.storage.needsLine() {
                    Self.logger.error("storage trouble", metadata: ["error": "\(cause)"])
                }
            }
        }
        while !Task.isCancelled {
            await rest(for: failures.storage.pause(failures.storageRetry))
            guard !Task.isCancelled, !hold.isPaused, hold.count == 0 else { return }
            do {
                try await store.checkStorage()
                if failures.storage.began() {
                    try await store.append([trouble])
                    failures.storage.said()
                }
                if failures.storage.ended() { try await store.append([Self.recovered]) }
                return
            } catch {
                try endIfNeeded(error)
                enter(.waiting, Self.detail(error))
            }
        }
    }

    /// Says that trouble is over which came back again and again, now that a round has ended.
    func storageHeld() async throws {
        if failures.storage.roundEnded() { try await store.append([Self.recovered]) }
    }

    private static let recovered = RoundEvent(
        .storageRecovered,
        message: "the state directory can be written again; the round continues"
    )

    private static func detail(_ error: any Error) -> String {
        let isAbsent = (error as? StoreError)?.code == .stateAbsent
        let what =
            isAbsent
            ? "the state directory is away; continues by itself when it is back"
            : "cannot write the state directory; continues by itself when it can"
        return "\(what): \(error)"
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

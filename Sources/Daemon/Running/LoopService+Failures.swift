import ControlAPI
import Logging
import Loop
import Store

// What becomes of an error in a round: waiting for the disk, another checkpoint, another try, or the end of the process.
extension LoopService {
    /// Decides what a failure means: for the disk the loop waits, a damaged checkpoint is replaced, and anything else
    /// counts against the open round, which is closed after too many.
    ///
    /// - Throws: An error that only a new process can recover from.
    func failed(_ error: any Error) async throws {
        try Self.endIfNeeded(error)
        if wasInterrupted || Task.isCancelled { return }
        switch (error as? StoreError)?.code {
        case .diskFull, .fileFailed, .permission, .databaseFailed:
            return try await waitForStorage("\(error)")
        case .checkpointCorrupt:
            do {
                if !(try await store.setAsideCorruptCheckpoints().isEmpty) { return }
            } catch {
                try Self.endIfNeeded(error)
            }
        default: break
        }
        try await count(error)
    }

    /// Throws on what only a new process can recover from.
    ///
    /// After a failed flush the kernel may have dropped the pages: what the disk holds is known only after it is read
    /// again. A damaged database wants a person, and trying again would only say so for ever.
    private static func endIfNeeded(_ error: any Error) throws {
        if let code = (error as? StoreError)?.code, [.flushFailed, .databaseCorrupt].contains(code) {
            throw error
        }
    }

    /// Waits until the state directory can be written, trying every few seconds.
    private func waitForStorage(_ message: String) async throws {
        logger.error("storage trouble", metadata: ["error": "\(message)"])
        enter(.waiting, "cannot write the state directory, goes on by itself when it can: \(message)")
        let trouble = RoundEvent(.storageTrouble, message: message)
        var isRecorded = false
        do {
            try await store.append([trouble])
            isRecorded = true
        } catch {
            try Self.endIfNeeded(error)
        }
        while !Task.isCancelled {
            await idle(for: storageRetry)
            guard !Task.isCancelled, !isPaused, holdCount == 0 else { return }
            do {
                try await store.checkSpace()
                if !isRecorded { try await store.append([trouble]) }
                isRecorded = true
                let message = "the state directory can be written again; the round goes on"
                return try await store.append([RoundEvent(.storageRecovered, message: message)])
            } catch {
                try Self.endIfNeeded(error)
                enter(.waiting, "cannot write the state directory, goes on by itself when it can: \(error)")
            }
        }
    }

    /// Counts a failure against the open round, closes it after too many, and waits before the next try.
    private func count(_ error: any Error) async throws {
        let message = "\(error)"
        failureStreak += 1
        do {
            if let round = try await store.openRound() {
                let isStall = (error as? DaemonError)?.code == .timedOut
                let attempt =
                    "\(round.phase.rawValue) failed, try \(round.failureCount + 1) of \(Self.attemptLimit): "
                let event = RoundEvent(
                    isStall ? .stalled : .phaseFailed,
                    round: round.id,
                    phase: round.phase,
                    message: attempt + message
                )
                let failureCount = try await store.recordFailure(
                    of: round.id,
                    message: message,
                    events: [event]
                )
                if failureCount >= Self.attemptLimit {
                    let text = "round \(round.id) failed \(failureCount) times and is closed: \(message)"
                    try await store.fail(
                        round.id,
                        event: RoundEvent(.roundEnded, round: round.id, phase: round.phase, message: text)
                    )
                }
            } else if failureStreak == 1 {
                try await store.append([RoundEvent(.phaseFailed, message: "cannot begin a round: \(message)")]
                )
            } else {
                let metadata: Logger.Metadata = ["error": "\(message)", "failures": "\(failureStreak)"]
                logger.error("cannot begin a round", metadata: metadata)
            }
        } catch {
            try Self.endIfNeeded(error)
            logger.error("cannot record the failure", metadata: ["error": "\(error)"])
        }
        let delay = backoff(failureStreak - 1)
        enter(.waiting, "next try in \(delay.components.seconds) s after: \(message)")
        await idle(for: delay)
    }
}

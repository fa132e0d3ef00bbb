package import ControlAPI
import Loop
import ServiceLifecycle
package import Store

extension Control {
    /// Protects a round's checkpoint from retention, or ends that protection.
    package func pin(_ request: PinRequest) async throws -> PinReply {
        guard request.round.rawValue > 0 else {
            throw Problem(.usage, "the base model is always kept", hint: "pin a round from 1 on")
        }
        guard let id = try await parts.store.round(request.round).checkpoint else {
            throw Problem(
                .notPromoted,
                "round \(request.round) has no checkpoint",
                hint: "\"autodidact checkpoints\" lists those there are",
                round: request.round.rawValue
            )
        }
        let word = request.isPinned ? "pinned" : "unpinned"
        let event = RoundEvent(.pinned, message: "checkpoint \(id) \(word) by a person")
        return PinReply(checkpoint: try await parts.store.pin(id, isPinned: request.isPinned, event: event))
    }

    /// Removes adapters, or says which would be removed.
    package func prune(_ request: PruneRequest, key: RequestKey?) async throws -> PruneReply {
        let keep = request.keep ?? parts.current.value.storage.keep
        guard keep > 0 else {
            throw Problem(
                .usage,
                "storage.keep is 0, which removes nothing",
                hint: "say how many to keep: --keep 5"
            )
        }
        let receipt = key.map { Receipt($0) { try ControlCoding.encode(PruneReply($0, isDryRun: false)) } }
        let report = try await parts.store.prune(
            keeping: keep,
            // Promoted ones are removed only if a person says how many may stay.
            sparesPromoted: request.keep == nil,
            isDryRun: request.isDryRun,
            receipt: receipt
        )
        return PruneReply(report, isDryRun: request.isDryRun)
    }

    /// Whether the whole state is being checked.
    package var isVerifying: Bool { verification.isTaken }

    /// Checks the whole state, on its own connection; one at a time.
    ///
    /// - Throws: `Problem` `conflict` while another check runs, `CancellationError` if the daemon stops or
    ///   the client has disconnected, or an error of the store.
    package func verify() async throws -> VerifyReply {
        try await verification.run(
            or: Problem(
                .conflict,
                "the state is being verified already",
                hint: "wait for that one to end, or stop the client that asked for it",
                retryAfterSeconds: 10
            )
        ) { [store = parts.store] in
            try await cancelWhenGracefulShutdown { VerifyReply(try await store.verify()) }
        }
    }
}

extension PruneReply {
    /// What retention did, or would do.
    init(_ report: PruneReport, isDryRun: Bool) {
        self.init(
            isDryRun: isDryRun,
            pruned: report.pruned,
            byteCount: report.byteCount,
            kept: report.kept.map { Kept(id: $0.id, reason: $0.reason) }
        )
    }
}

extension VerifyReply {
    /// What the store found.
    init(_ report: VerifyReport) {
        self.init(
            violations: report.violations.map { Violation(rule: $0.rule, detail: $0.detail) },
            ruleCount: report.ruleCount,
            roundCount: report.roundCount,
            checkpointCount: report.checkpointCount,
            fileCount: report.fileCount
        )
    }
}

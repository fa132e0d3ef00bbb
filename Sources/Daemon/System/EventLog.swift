import Foundation
import Logging
import Loop

/// Every event becomes one log line.
struct EventLog: Sendable {
    private let logger = Logger(label: "autodidactd.events")

    /// Writes an event at the level of its kind.
    func write(_ event: RoundEvent) {
        var metadata: Logger.Metadata = [DaemonLogHandler.messageIDKey: "\(MessageID.of(event.kind))"]
        if let round = event.round { metadata["round"] = "\(round)" }
        if let phase = event.phase { metadata["phase"] = "\(phase.rawValue)" }
        if let decision = event.decision {
            metadata["checkpoint"] = "\(decision.checkpoint)"
            metadata["eval-delta"] = "\(Plain.decimal(decision.accuracyChange, places: 4))"
        }
        if let stop = event.stop { metadata["stop-reason"] = "\(stop.rawValue)" }
        logger.log(level: level(of: event.kind), "\(event.message)", metadata: metadata)
    }

    private func level(of kind: EventKind) -> Logger.Level {
        switch kind {
        case .started, .stopping, .roundStarted, .phaseFinished, .questionsAdded, .questionsRetired,
            .questionsCorrected, .pruned, .pinned, .scheduled, .contenderChosen:
            .info
        case .storageRecovered: .notice
        case .roundPromoted, .roundRejected, .rolledBack, .paused, .resumed, .plateau, .completed, .escalated,
            .reloaded:
            .notice
        case .roundEnded, .phaseFailed, .warning, .stalled, .quarantined, .collapsed: .warning
        case .checkpointCorrupt, .storageTrouble, .reloadRefused: .error
        }
    }
}

import ControlAPI
import Engine
import Loop
import NIOCore
import ScaleOut
import Store

extension Problem {
    /// The problem that an error of ours becomes on the wire.
    ///
    /// Decided by codes, never by text.
    init(_ error: any Error) {
        switch error {
        case let problem as Problem: self = problem
        case let error as StoreError: self.init(Self.name(of: error.code), error.message)
        case let error as LoopError: self.init(.invalid, error.message)
        case let error as EngineError: self.init(Self.name(of: error.code), error.message)
        case let error as ScaleOutError: self.init(Self.name(of: error.code), error.message)
        case let error as DaemonError:
            let isTimeout = error.code == .timedOut
            self.init(Self.name(of: error.code), error.message, retryAfterSeconds: isTimeout ? 30 : nil)
            if !error.faults.isEmpty { faults = Array(error.faults.prefix(ControlLimits.faultCount)) }
        case is CancellationError:
            self.init(.busy, "the daemon stops", hint: "try again when it runs", retryAfterSeconds: 5)
        case is NIOTooManyBytesError:
            self.init(.tooLarge, "the request's body is too long", hint: "send less at once")
        default: self.init(.internal, "\(error)", hint: "see the daemon's log")
        }
    }

    private static func name(of code: StoreError.Code) -> ProblemName {
        switch code {
        case .noSuchRound, .noSuchCheckpoint: .noSuchRound
        case .notPromoted: .notPromoted
        case .duplicateQuestion, .invalidRequest: .invalid
        case .roundOpen, .roundClosed, .nothingToUndo, .outdated: .conflict
        case .keyReused: .keyReused
        case .checkpointCorrupt, .databaseCorrupt: .corrupt
        case .fileFailed, .databaseFailed, .diskFull, .flushFailed: .storage
        case .checkpointPruned: .notPromoted
        default: .internal
        }
    }

    private static func name(of code: EngineError.Code) -> ProblemName {
        switch code {
        case .invalidRequest, .tokenizerUnsupported: .invalid
        case .checksumMismatch, .adapterMismatch, .adapterMalformed: .corrupt
        case .notFinite, .outOfMemory, .modelMissing, .modelChanged: .engine
        case .fileFailed: .storage
        default: .internal
        }
    }

    private static func name(of code: ScaleOutError.Code) -> ProblemName {
        switch code {
        case .invalidRequest, .invalidConfiguration: .invalid
        case .fileFailed: .storage
        default: .engine
        }
    }

    private static func name(of code: DaemonError.Code) -> ProblemName {
        switch code {
        case .invalidData, .invalidConfiguration: .invalid
        case .exportExists: .exists
        case .timedOut: .busy
        case .engineUnavailable: .engine
        case .permission: .permission
        case .fileFailed: .storage
        default: .internal
        }
    }
}

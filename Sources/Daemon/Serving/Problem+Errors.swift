import ControlAPI
import Loop
import NIOCore
import Store

extension Problem {
    /// The problem that one of our errors becomes on the wire.
    ///
    /// Decided by codes, never by text.
    init(_ error: any Error) {
        switch error {
        case let problem as Problem: self = problem
        case let error as StoreError:
            let isLocked = error.code == .databaseLocked
            self.init(Self.name(of: error.code), error.message, retryAfterSeconds: isLocked ? 5 : nil)
        case let error as LoopError: self.init(.invalid, error.message)
        case let error as any EngineFailure: self.init(Self.name(of: error.kind), error.message)
        case let error as DaemonError:
            let isTimeout = error.code == .timedOut
            self.init(Self.name(of: error.code), error.message, retryAfterSeconds: isTimeout ? 30 : nil)
            if !error.faults.isEmpty { faults = Array(error.faults.prefix(ControlLimits.faultCount)) }
        case is CancellationError:
            self.init(.busy, "the daemon is stopping", hint: "try again when it runs", retryAfterSeconds: 5)
        case is NIOTooManyBytesError:
            self.init(.tooLarge, "the request's body is too long", hint: "send less at once")
        default:
            guard let failure = SystemRefusal(error) else {
                self.init(.internal, "\(error)", hint: "see the daemon's log")
                return
            }
            self.init(failure.isDenied ? .noAccess : .storage, failure.message, hint: failure.remedy)
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
        case .permission: .noAccess
        case .databaseLocked: .busy
        case .fileFailed, .databaseFailed, .diskFull, .flushFailed, .stateAbsent: .storage
        case .checkpointPruned: .notPromoted
        default: .internal
        }
    }

    private static func name(of kind: EngineFailureKind) -> ProblemName {
        switch kind {
        case .invalid: .invalid
        case .damaged: .corrupt
        case .unavailable: .engine
        case .storage: .storage
        case .defect: .internal
        }
    }

    private static func name(of code: DaemonError.Code) -> ProblemName {
        switch code {
        case .invalidData, .invalidConfiguration: .invalid
        case .exportExists: .exists
        case .timedOut: .busy
        case .engineUnavailable: .engine
        case .permission: .noAccess
        case .fileFailed, .systemFailed: .storage
        default: .internal
        }
    }
}

import Loop
import Store

/// Exit statuses of sysexits(3) as `systemd-analyze exit-status` lists them.
package enum ExitStatus {
    /// Data or state that needs an operator; the unit does not restart on it.
    package static let data: Int32 = 65
    /// The model cannot be used.
    package static let unavailable: Int32 = 69
    /// A defect of the program.
    package static let software: Int32 = 70
    /// The operating system refused something.
    package static let system: Int32 = 71
    /// Reading or writing failed.
    package static let inputOutput: Int32 = 74
    /// Another process holds what we need; try again.
    package static let temporary: Int32 = 75
    /// This user may not do it.
    package static let permission: Int32 = 77
    /// The configuration is wrong; the unit does not restart on it.
    package static let configuration: Int32 = 78

    /// The status for an error at start or at run time.
    ///
    /// Decided by codes, never by text.
    package static func of(_ error: any Error) -> Int32 {
        switch error {
        case let error as DaemonError: of(error.code)
        case let error as StoreError: of(error.code)
        case let error as LoopError: error.code == .invalidConfiguration ? configuration : data
        case let error as any EngineFailure: error.kind == .storage ? inputOutput : unavailable
        default: SystemRefusal(error).map { $0.isDenied ? permission : inputOutput } ?? software
        }
    }

    private static func of(_ code: DaemonError.Code) -> Int32 {
        switch code {
        case .invalidConfiguration: configuration
        case .invalidData: data
        case .fileFailed: inputOutput
        case .permission: permission
        case .socketInUse, .timedOut: temporary
        case .systemFailed: system
        case .engineUnavailable: unavailable
        default: software
        }
    }

    private static func of(_ code: StoreError.Code) -> Int32 {
        switch code {
        case .stateLocked, .databaseLocked: temporary
        case .databaseCorrupt, .checkpointCorrupt, .otherModel, .duplicateQuestion: data
        case .newerSchema: configuration
        case .permission: permission
        case .fileFailed, .databaseFailed, .diskFull, .flushFailed, .stateAbsent: inputOutput
        default: software
        }
    }
}

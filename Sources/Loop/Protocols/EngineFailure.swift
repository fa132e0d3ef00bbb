/// What kind of failure an engine reports: what the socket answers and the process exits with depend on it.
public enum EngineFailureKind: Sendable, CaseIterable {
    /// The caller or the configuration asks for what this engine cannot do.
    case invalid
    /// A file does not match its record, or belongs to another model.
    case damaged
    /// The model, a server or a program cannot be used at present.
    case unavailable
    /// A file cannot be read or written.
    case storage
    /// A defect in this program.
    case defect
}

/// An error of an engine, whichever engine it is.
///
/// Each engine has its own error type; code outside it need not know which.
public protocol EngineFailure: Error, Sendable, CustomStringConvertible {
    /// A stable, machine-readable name, such as `not_finite`.
    var name: String { get }
    /// What failed, the value, and what to do; lowercase start, no final stop.
    var message: String { get }
    /// What kind of failure it is.
    var kind: EngineFailureKind { get }
    /// Whether the same call may succeed when it is made again.
    var isRetryUseful: Bool { get }
}

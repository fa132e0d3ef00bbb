/// An error that is told apart by its code and read by its message.
public protocol CodedError: Error, Sendable, CustomStringConvertible {
    /// The stable name.
    var code: ErrorCode<Self> { get }
    /// What failed, the value, and what to do; lowercase start, no final stop.
    var message: String { get }
}

extension CodedError {
    /// The message.
    public var description: String { message }
}

/// A stable, machine-readable name of what failed; unknown ones must be tolerated.
///
/// Each type of error has codes of its own, which cannot be mixed up with another's.
public struct ErrorCode<Owner>: RawRepresentable, Hashable, Codable, Sendable {
    /// The code's spelling.
    public let rawValue: String

    /// Wraps a spelling.
    public init(rawValue: String) { self.rawValue = rawValue }
}

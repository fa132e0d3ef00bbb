/// A number that names one row of the journal and cannot be mistaken for another kind of number.
public protocol IntegerID: RawRepresentable<Int>, Hashable, Comparable, Codable, Sendable,
    CustomStringConvertible
{
    /// Wraps a row number.
    init(rawValue: Int)
}

extension IntegerID {
    /// Orders by row number.
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

    /// The bare number.
    public var description: String { String(rawValue) }
}

/// The number of a round, from 1.
public struct RoundID: IntegerID {
    /// The number itself.
    public let rawValue: Int

    /// Wraps a round number.
    public init(rawValue: Int) { self.rawValue = rawValue }
}

/// The number of a question, from 1, in the order in which questions were added.
public struct QuestionID: IntegerID {
    /// The number itself.
    public let rawValue: Int

    /// Wraps a question number.
    public init(rawValue: Int) { self.rawValue = rawValue }
}

/// The number of a checkpoint; 0 is the base model without an adapter.
public struct CheckpointID: IntegerID {
    /// The number itself.
    public let rawValue: Int

    /// Wraps a checkpoint number.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// The base model: no adapter, no parent, always promoted.
    public static let base = CheckpointID(rawValue: 0)
}

/// An error of the loop's own rules: bad configuration values, bad data, an impossible request.
public struct LoopError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A stable, machine-readable name; unknown codes must be tolerated.
    public struct Code: RawRepresentable, Hashable, Codable, Sendable {
        /// The code's spelling.
        public let rawValue: String

        /// Wraps a spelling.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// A configuration value is out of range or contradicts another.
        public static let invalidConfiguration = Code(rawValue: "invalid_configuration")
        /// A question or data file breaks a rule.
        public static let invalidData = Code(rawValue: "invalid_data")
        /// A question stands in two splits.
        public static let leak = Code(rawValue: "leak")
        /// An engine's reply does not fit what it was asked.
        public static let engineReply = Code(rawValue: "engine_reply")
        /// A loss that must be finite and positive is not.
        public static let degenerateLoss = Code(rawValue: "degenerate_loss")
    }

    /// The stable name.
    public let code: Code
    /// What failed, the value, and what to do; lowercase start, no final stop.
    public let message: String

    /// Builds an error.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The message.
    public var description: String { message }
}

extension LoopError {
    /// A question that breaks a rule.
    ///
    /// - Parameters:
    ///   - origin: Where it came from.
    ///   - fault: What is wrong.
    ///   - remedy: What to do.
    /// - Returns: `invalid_data` with all three.
    static func invalidQuestion(_ origin: String, _ fault: String, _ remedy: String) -> LoopError {
        LoopError(.invalidData, "\(origin): \(fault); \(remedy)")
    }
}

public import Loop

/// An error of a server, the trainer, or the way to them.
public struct ScaleOutError: Error, Sendable, CustomStringConvertible {
    /// A stable, machine-readable name; unknown codes must be tolerated.
    public struct Code: RawRepresentable, Hashable, Codable, Sendable {
        /// The code's spelling.
        public let rawValue: String

        /// Wraps a spelling.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// No server answers, or it answers nothing usable.
        public static let serverUnavailable = Code(rawValue: "server_unavailable")
        /// A server's reply is cut short or not of the form expected.
        public static let malformedReply = Code(rawValue: "malformed_reply")
        /// The server refuses a request; another try would be refused too.
        public static let requestRefused = Code(rawValue: "request_refused")
        /// A server answers with another adapter than the one asked for.
        public static let adapterMismatch = Code(rawValue: "adapter_mismatch")
        /// A server serves another base model than the others, or than before.
        public static let modelMismatch = Code(rawValue: "model_mismatch")
        /// The trainer ended without a result.
        public static let trainerFailed = Code(rawValue: "trainer_failed")
        /// A loss, gradient or weight is NaN or infinite.
        public static let notFinite = Code(rawValue: "not_finite")
        /// The caller asks for something that cannot be done.
        public static let invalidRequest = Code(rawValue: "invalid_request")
        /// A file could not be read or written.
        public static let fileFailed = Code(rawValue: "file_failed")
        /// A setting cannot be used.
        public static let invalidConfiguration = Code(rawValue: "invalid_configuration")
    }

    /// The stable name.
    public let code: Code
    /// What failed, the value, and what to do; lowercase start, no final stop.
    public let message: String
    /// The cause, if there is one.
    public let cause: (any Error)?

    /// From a code, a message, and its cause.
    public init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    /// The message.
    public var description: String { message }

    /// Whether another try may succeed.
    var mayPass: Bool {
        [.serverUnavailable, .malformedReply, .adapterMismatch, .modelMismatch].contains(code)
    }
}

extension ScaleOutError: EngineFailure {
    /// The code's spelling.
    public var name: String { code.rawValue }

    /// What kind of failure it is.
    public var kind: EngineFailureKind {
        switch code {
        case .invalidRequest, .invalidConfiguration: .invalid
        case .fileFailed: .storage
        default: .unavailable
        }
    }

    /// Another try cannot help if a server or the engine refuses the request itself.
    public var isRetryUseful: Bool {
        ![.invalidRequest, .invalidConfiguration, .requestRefused].contains(code)
    }
}

public import Loop

/// An error of a server, the trainer, or the way to them.
public struct ScaleOutError: CodedError {
    /// Its codes.
    public typealias Code = ErrorCode<ScaleOutError>

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

    /// Whether another try may succeed.
    var mayPass: Bool {
        [.serverUnavailable, .malformedReply, .adapterMismatch, .modelMismatch].contains(code)
    }
}

extension ErrorCode<ScaleOutError> {
    /// No server answers, or it answers nothing usable.
    public static var serverUnavailable: Self { Self(rawValue: "server_unavailable") }
    /// A server's reply is cut short or not of the form expected.
    public static var malformedReply: Self { Self(rawValue: "malformed_reply") }
    /// The server refuses a request; another try would be refused too.
    public static var requestRefused: Self { Self(rawValue: "request_refused") }
    /// A server answers with another adapter than the one asked for.
    public static var adapterMismatch: Self { Self(rawValue: "adapter_mismatch") }
    /// A server serves another base model than the others, or than before.
    public static var modelMismatch: Self { Self(rawValue: "model_mismatch") }
    /// The trainer ended without a result.
    public static var trainerFailed: Self { Self(rawValue: "trainer_failed") }
    /// A loss, gradient or weight is NaN or infinite.
    public static var notFinite: Self { Self(rawValue: "not_finite") }
    /// The caller asks for something that cannot be done.
    public static var invalidRequest: Self { Self(rawValue: "invalid_request") }
    /// A file could not be read or written.
    public static var fileFailed: Self { Self(rawValue: "file_failed") }
    /// A setting cannot be used.
    public static var invalidConfiguration: Self { Self(rawValue: "invalid_configuration") }
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

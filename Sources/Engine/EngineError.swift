public import Loop

/// An error of the model's files, its tokenizer or its computations.
public struct EngineError: Error, Sendable, CustomStringConvertible {
    /// A stable, machine-readable name; unknown codes must be tolerated.
    public struct Code: RawRepresentable, Hashable, Codable, Sendable {
        /// The code's spelling.
        public let rawValue: String

        /// Wraps a spelling.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// A model file or directory is not there or cannot be read.
        public static let modelMissing = Code(rawValue: "model_missing")
        /// A model file ends before its content does.
        public static let modelTruncated = Code(rawValue: "model_truncated")
        /// A model file breaks its format's rules.
        public static let modelMalformed = Code(rawValue: "model_malformed")
        /// The model is of a kind this engine cannot run.
        public static let unsupportedArchitecture = Code(rawValue: "unsupported_architecture")
        /// A model file is not the one that was opened.
        public static let modelChanged = Code(rawValue: "model_changed")
        /// A tensor is stored in a type this engine cannot read.
        public static let unsupportedTensorType = Code(rawValue: "unsupported_tensor_type")
        /// A file's SHA-256 is not the recorded one.
        public static let checksumMismatch = Code(rawValue: "checksum_mismatch")
        /// The adapter was made for another model.
        public static let adapterMismatch = Code(rawValue: "adapter_mismatch")
        /// An adapter's files break their format's rules or ask for what this engine cannot compute.
        public static let adapterMalformed = Code(rawValue: "adapter_malformed")
        /// The tokenizer's rules are not among those implemented.
        public static let tokenizerUnsupported = Code(rawValue: "tokenizer_unsupported")
        /// A compute kernel or the matrix library refused a call.
        public static let kernelFailed = Code(rawValue: "kernel_failed")
        /// The caller asks for something the engine cannot do.
        public static let invalidRequest = Code(rawValue: "invalid_request")
        /// Memory ran out or would exceed the limit.
        public static let outOfMemory = Code(rawValue: "out_of_memory")
        /// A loss, gradient or logit is NaN or infinite.
        public static let notFinite = Code(rawValue: "not_finite")
        /// A computation ended without one of its results: a defect of the engine.
        public static let resultMissing = Code(rawValue: "result_missing")
        /// A file could not be written, flushed or renamed.
        public static let fileFailed = Code(rawValue: "file_failed")
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
}

extension EngineError: EngineFailure {
    /// The code's spelling.
    public var name: String { code.rawValue }

    /// What kind of failure it is.
    public var kind: EngineFailureKind {
        switch code {
        case .invalidRequest, .tokenizerUnsupported: .invalid
        case .checksumMismatch, .adapterMismatch, .adapterMalformed: .damaged
        case .fileFailed: .storage
        case .kernelFailed: .defect
        default: .unavailable
        }
    }

    /// Another try cannot help if the request or the model's kind is at fault.
    public var isRetryUseful: Bool {
        ![.invalidRequest, .tokenizerUnsupported, .unsupportedArchitecture, .unsupportedTensorType]
            .contains(code)
    }
}

public import Loop

/// An error of the model's files, its tokenizer or its computations.
public struct EngineError: CodedError {
    /// Its codes.
    public typealias Code = ErrorCode<EngineError>

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
}

extension ErrorCode<EngineError> {
    /// A model file or directory is not there or cannot be read.
    public static var modelMissing: Self { Self(rawValue: "model_missing") }
    /// A model file ends before its content does.
    public static var modelTruncated: Self { Self(rawValue: "model_truncated") }
    /// A model file breaks its format's rules.
    public static var modelMalformed: Self { Self(rawValue: "model_malformed") }
    /// The model is of a kind this engine cannot run.
    public static var unsupportedArchitecture: Self { Self(rawValue: "unsupported_architecture") }
    /// A model file is not the one that was opened.
    public static var modelChanged: Self { Self(rawValue: "model_changed") }
    /// A tensor is stored in a type this engine cannot read.
    public static var unsupportedTensorType: Self { Self(rawValue: "unsupported_tensor_type") }
    /// A file's SHA-256 is not the recorded one.
    public static var checksumMismatch: Self { Self(rawValue: "checksum_mismatch") }
    /// The adapter was made for another model.
    public static var adapterMismatch: Self { Self(rawValue: "adapter_mismatch") }
    /// An adapter's files break their format's rules or ask for what this engine cannot compute.
    public static var adapterMalformed: Self { Self(rawValue: "adapter_malformed") }
    /// The tokenizer's rules are not among those implemented.
    public static var tokenizerUnsupported: Self { Self(rawValue: "tokenizer_unsupported") }
    /// A compute kernel or the matrix library refused a call.
    public static var kernelFailed: Self { Self(rawValue: "kernel_failed") }
    /// The caller asks for something the engine cannot do.
    public static var invalidRequest: Self { Self(rawValue: "invalid_request") }
    /// Memory ran out or would exceed the limit.
    public static var outOfMemory: Self { Self(rawValue: "out_of_memory") }
    /// A loss, gradient or logit is NaN or infinite.
    public static var notFinite: Self { Self(rawValue: "not_finite") }
    /// A computation ended without one of its results: a defect of the engine.
    public static var resultMissing: Self { Self(rawValue: "result_missing") }
    /// A file could not be written, flushed or renamed.
    public static var fileFailed: Self { Self(rawValue: "file_failed") }
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

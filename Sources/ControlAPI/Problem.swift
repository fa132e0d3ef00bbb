public import Loop

/// The body of every reply that is not a success (RFC 9457, `application/problem+json`).
public struct Problem: Error, Hashable, Codable, Sendable, CustomStringConvertible {
    /// What every `type` starts with.
    public static let typePrefix = "urn:autodidact:problem:"

    /// `urn:autodidact:problem:NAME`.
    public var type: String
    /// The kind of problem in a few words, the same for every occurrence.
    public var title: String
    /// The HTTP status.
    public var status: Int
    /// What failed, with the value; lowercase start, no final stop.
    public var detail: String
    /// What to do next; nil if nothing helps.
    public var hint: String?
    /// The round it is about.
    public var round: Int?
    /// When to try again, in seconds.
    public var retryAfterSeconds: Int?
    /// Every single fault, at most 100, if `detail` sums up several.
    public var faults: [String]?

    /// A problem; title and status come from the table in `ProblemName`.
    public init(
        _ name: ProblemName,
        _ detail: String,
        hint: String? = nil,
        round: Int? = nil,
        retryAfterSeconds: Int? = nil,
        faults: [String]? = nil
    ) {
        self.type = Problem.typePrefix + name.rawValue
        self.title = name.title
        self.status = name.httpStatus
        self.detail = detail
        self.hint = hint
        self.round = round
        self.retryAfterSeconds = retryAfterSeconds
        self.faults = faults
    }

    /// What is wrong with a file of questions.
    public init(_ fault: QuestionFile.Fault) {
        self.init(
            fault.isTooLong ? .tooLarge : .invalid,
            fault.detail,
            hint: fault.hint,
            faults: fault.faults.isEmpty ? nil : Array(fault.faults.prefix(ControlLimits.faultCount))
        )
    }

    /// The last part of `type`; may be one that this version does not know.
    public var name: ProblemName {
        ProblemName(
            rawValue: type.hasPrefix(Problem.typePrefix)
                ? String(type.dropFirst(Problem.typePrefix.count)) : type
        )
    }

    /// The exit status of a CLI that ends because of this problem.
    public var exitStatus: Int32 { name.exitStatus }

    /// The same problem, of a place.
    ///
    /// - Parameter place: Such as a file and its line.
    /// - Returns: A copy whose detail begins with the place.
    public func at(_ place: String) -> Problem {
        var problem = self
        problem.detail = "\(place): \(detail)"
        return problem
    }

    /// Detail and hint on one line.
    public var description: String {
        guard let hint else { return detail }
        return "\(detail); \(hint)"
    }
}

/// The name of a kind of problem.
///
/// Open: a name that this version does not know is status 500 and exit 1.
public struct ProblemName: RawRepresentable, Hashable, Sendable {
    /// The name's spelling, snake_case.
    public let rawValue: String

    /// Wraps a spelling.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// No daemon answers on the socket; made only by the CLI.
    public static let noDaemon = ProblemName(rawValue: "no_daemon")
    /// The daemon answered with something that is not of this API; made only by the CLI.
    public static let badReply = ProblemName(rawValue: "bad_reply")
    /// The command line or request is wrong in form: missing or mistyped field or parameter.
    public static let usage = ProblemName(rawValue: "usage")
    /// The data given breaks a rule: an empty question, a leak between splits, a value out of range.
    public static let invalid = ProblemName(rawValue: "invalid")
    /// The request body or one line is too long.
    public static let tooLarge = ProblemName(rawValue: "too_large")
    /// The peer may not do this.
    public static let permission = ProblemName(rawValue: "permission")
    /// No route has this path.
    public static let noSuchRoute = ProblemName(rawValue: "no_such_route")
    /// The path exists, but not with this method.
    public static let methodNotAllowed = ProblemName(rawValue: "method_not_allowed")
    /// The request expects something of the server that it does not do.
    public static let expectationFailed = ProblemName(rawValue: "expectation_failed")
    /// The path asks for an API version that the daemon does not support.
    public static let unsupportedVersion = ProblemName(rawValue: "unsupported_version")
    /// No round has this number.
    public static let noSuchRound = ProblemName(rawValue: "no_such_round")
    /// Preflight has not measured this state directory.
    public static let notMeasured = ProblemName(rawValue: "not_measured")
    /// A file named on the command line cannot be read; made only by the CLI.
    public static let noInput = ProblemName(rawValue: "no_input")
    /// The round has no checkpoint, or it was never promoted.
    public static let notPromoted = ProblemName(rawValue: "not_promoted")
    /// The checkpoint was never asked the questions of that split.
    public static let notEvaluated = ProblemName(rawValue: "not_evaluated")
    /// Events that old are no longer kept.
    public static let gone = ProblemName(rawValue: "gone")
    /// An export of this name exists.
    public static let exists = ProblemName(rawValue: "exists")
    /// The request conflicts with what is going on.
    public static let conflict = ProblemName(rawValue: "conflict")
    /// The idempotency key came with another request before.
    public static let keyReused = ProblemName(rawValue: "key_reused")
    /// Too much is going on, or the daemon is starting or stopping; try again.
    public static let busy = ProblemName(rawValue: "busy")
    /// It took too long.
    public static let timeout = ProblemName(rawValue: "timeout")
    /// The engine cannot serve.
    public static let engine = ProblemName(rawValue: "engine")
    /// A checkpoint's files are missing or do not match their record.
    public static let corrupt = ProblemName(rawValue: "corrupt")
    /// Reading or writing the disk failed.
    public static let storage = ProblemName(rawValue: "storage")
    /// The daemon's own user may not read or write a file that it needs.
    public static let noAccess = ProblemName(rawValue: "no_access")
    /// A defect of the program.
    public static let `internal` = ProblemName(rawValue: "internal")
}

/// The one table: problem → HTTP status → exit status of the CLI.
package struct ProblemRow: Sendable {
    package let name: ProblemName
    package let httpStatus: Int
    package let exitStatus: Int32
    package let title: String

    private init(_ name: ProblemName, _ httpStatus: Int, _ exitStatus: Int32, _ title: String) {
        self.name = name
        self.httpStatus = httpStatus
        self.exitStatus = exitStatus
        self.title = title
    }

    /// Exit statuses are sysexits(3); problems that only the CLI makes have the nearest HTTP status.
    package static let all: [ProblemRow] = [
        ProblemRow(.noDaemon, 503, 69, "no daemon"),
        ProblemRow(.badReply, 502, 76, "unreadable reply"),
        ProblemRow(.usage, 400, 64, "malformed request"),
        ProblemRow(.invalid, 422, 65, "invalid data"),
        ProblemRow(.tooLarge, 413, 65, "too large"),
        ProblemRow(.permission, 403, 77, "permission denied"),
        ProblemRow(.noSuchRoute, 404, 76, "no such route"),
        ProblemRow(.methodNotAllowed, 405, 76, "method not allowed"),
        ProblemRow(.expectationFailed, 417, 76, "expectation failed"),
        ProblemRow(.unsupportedVersion, 400, 76, "unsupported version"),
        ProblemRow(.noSuchRound, 404, 66, "no such round"),
        ProblemRow(.notMeasured, 404, 66, "not measured"),
        ProblemRow(.noInput, 404, 66, "no such file"),
        ProblemRow(.notPromoted, 409, 65, "not promoted"),
        ProblemRow(.notEvaluated, 409, 65, "not evaluated"),
        ProblemRow(.gone, 410, 66, "gone"),
        ProblemRow(.exists, 409, 73, "already exists"),
        ProblemRow(.conflict, 409, 75, "conflict"),
        ProblemRow(.keyReused, 422, 65, "idempotency key reused"),
        ProblemRow(.busy, 503, 75, "busy"),
        ProblemRow(.timeout, 504, 75, "timed out"),
        ProblemRow(.engine, 503, 69, "engine unavailable"),
        ProblemRow(.corrupt, 500, 65, "corrupt checkpoint"),
        ProblemRow(.storage, 500, 74, "storage failed"),
        ProblemRow(.noAccess, 500, 77, "no access"),
        ProblemRow(.internal, 500, 70, "internal error"),
    ]

    fileprivate static func row(_ name: ProblemName) -> ProblemRow? { all.first { $0.name == name } }
}

extension ProblemName {
    /// The HTTP status; 500 for an unknown name.
    public var httpStatus: Int { ProblemRow.row(self)?.httpStatus ?? 500 }

    /// The CLI's exit status; 1 for an unknown name.
    public var exitStatus: Int32 { ProblemRow.row(self)?.exitStatus ?? 1 }

    /// The kind of problem in a few words; for an unknown name the name itself.
    public var title: String { ProblemRow.row(self)?.title ?? rawValue }
}

import ControlAPI
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOHTTP1

/// Gives every reply the version header and turns every error into a problem.
struct ProblemMiddleware: RouterMiddleware {
    private static let logger = Logger(label: "autodidactd.socket")

    func handle(
        _ request: Request,
        context: ControlRequestContext,
        next: (Request, ControlRequestContext) async throws -> Response
    ) async throws -> Response {
        var response: Response
        do {
            response =
                if let allowed = Self.options(of: request) {
                    Response(status: .noContent, headers: [.allow: allowed])
                } else {
                    try await next(request, context)
                }
        } catch {
            let problem = problem(of: error, request)
            Self.log(problem, path: request.uri.path)
            response = try Self.response(problem)
            if problem.name == .methodNotAllowed {
                response.headers[.allow] = ControlRoutes.methods(at: request.uri.path).joined(separator: ", ")
            }
        }
        if let name = HTTPField.Name(ControlVersion.headerName) {
            response.headers[name] = ControlVersion.program
        }
        return response
    }

    /// Logs a problem of ours; a peer's bad requests are not logged.
    static func log(_ problem: Problem, path: String) {
        guard problem.status >= 500 else { return }
        logger.warning("request failed", metadata: ["path": "\(path)", "error": "\(problem.detail)"])
    }

    /// A problem as a reply.
    static func response(_ problem: Problem) throws -> Response {
        var headers = HTTPFields()
        headers[.contentType] = ControlHeader.problem
        if let seconds = problem.retryAfterSeconds { headers[.retryAfter] = String(seconds) }
        let body = ResponseBody(byteBuffer: ByteBuffer(bytes: try ControlCoding.encode(problem)))
        return Response(status: HTTPResponse.Status(code: problem.status), headers: headers, body: body)
    }

    private func problem(of error: any Error, _ request: Request) -> Problem {
        // The head was readable, the body is not.
        if error is HTTPParserError {
            return Problem(.usage, "the request's body cannot be read: \(error)", hint: "send all of it")
        }
        guard let error = error as? any HTTPResponseError else { return Problem(error) }
        switch error.status.code {
        case 404: return Self.unknownPath(request)
        case 413: return Problem(.tooLarge, "the request's body is too long", hint: "send less at once")
        case 500...: return Problem(.internal, "\(error)", hint: "see the daemon's log")
        default: return Problem(.usage, "\(error)", hint: "see \"autodidact help\"")
        }
    }

    /// Nothing is routed there: another version, a wrong method, or no such path.
    private static func unknownPath(_ request: Request) -> Problem {
        let path = request.uri.path
        let parts = path.split(separator: "/")
        if let version = parts.first, version != ControlVersion.api[...],
            version.wholeMatch(of: /v[0-9]+/) != nil
        {
            return Problem(
                .unsupportedVersion,
                "version \(version) of the API is not supported here",
                hint: "use \(ControlVersion.api)"
            )
        }
        let methods = ControlRoutes.methods(at: path)
        if !methods.isEmpty, !methods.contains(request.method.rawValue) {
            return Problem(
                .methodNotAllowed,
                "\(path) does not take \(request.method.rawValue)",
                hint: "use \(methods.joined(separator: ", "))"
            )
        }
        return Problem(
            .noSuchRoute,
            "there is nothing at \(path)",
            hint: "do daemon and CLI have the same version?"
        )
    }

    /// What `OPTIONS` is answered; nil for another method, or for a path that does not exist.
    private static func options(of request: Request) -> String? {
        guard request.method == .options else { return nil }
        // The asterisk asks about the server as a whole.
        let methods =
            request.head.path == "*"
            ? ["GET", "POST", "HEAD", "OPTIONS"] : ControlRoutes.methods(at: request.uri.path)
        return methods.isEmpty ? nil : methods.joined(separator: ", ")
    }
}

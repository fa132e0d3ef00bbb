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
            response = try await next(request, context)
        } catch {
            let problem = problem(of: error, request)
            Self.log(problem, path: request.uri.path)
            response = try Self.response(problem)
            if problem.name == .methodNotAllowed {
                response.headers[.allow] = Self.methods(at: request).joined(separator: ", ")
            }
        }
        // No route is for HEAD: a client then reads only a reply without a body.
        if request.method == .head { response = response.createHeadResponse() }
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
        let methods = methods(at: request)
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

    /// The methods that a request's path accepts; none if there is no such path.
    private static func methods(at request: Request) -> [String] {
        let parts = request.uri.path.split(separator: "/")
        return ControlRoutes.table.filter { matches($0.path, parts) }.map(\.method.rawValue)
    }

    private static func matches(_ template: String, _ parts: [Substring]) -> Bool {
        let names = template.split(separator: "/")
        return names.count == parts.count
            && zip(names, parts).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
    }
}

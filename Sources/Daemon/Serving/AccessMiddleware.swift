import ControlAPI
import Hummingbird
import Logging

/// Lets only those change something who may, and logs each change with who made it.
struct AccessMiddleware: RouterMiddleware {
    /// Requests by POST that change nothing.
    private static let reading: Set<String> = [ControlRoute.ask]

    private let rule = AccessRule.current
    private let logger = Logger(label: "autodidactd.socket")

    func handle(
        _ request: Request,
        context: ControlRequestContext,
        next: (Request, ControlRequestContext) async throws -> Response
    ) async throws -> Response {
        let path = request.uri.path
        if request.method == .get || Self.reading.contains(path) { return try await next(request, context) }
        let peer = await PeerCredentials.of(context.channel)
        guard let peer, rule.mayChange(peer) else {
            let name = peer.map { "user \($0.uid)" } ?? "an unknown user"
            throw Problem(
                .permission,
                "\(name) may look, but not change anything",
                hint: "join the group \(AccessRule.groupName), or use sudo"
            )
        }
        let who: Logger.Metadata = ["peer-uid": "\(peer.uid)", "peer-pid": "\(peer.pid)"]
        do {
            let response = try await next(request, context)
            logger.info("\(request.method) \(path): done", metadata: who)
            return response
        } catch {
            logger.info("\(request.method) \(path): refused", metadata: who)
            throw error
        }
    }
}

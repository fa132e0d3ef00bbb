import ControlAPI
import Hummingbird
import Logging

/// Lets only permitted users change something, and logs each change with its user.
struct AccessGate: Sendable {
    private let rule = AccessRule.current
    private let logger = Logger(label: "autodidactd.socket")

    /// Runs a handler that changes something.
    ///
    /// - Throws: `Problem` `permission` for a peer that may only read, or what the handler throws.
    func passing(
        _ request: Request,
        _ context: ControlRequestContext,
        _ handler: () async throws -> Response
    ) async throws -> Response {
        let peer = await PeerCredentials.of(context.channel)
        guard let peer, rule.mayChange(peer) else {
            let name = peer.map { "user \($0.uid)" } ?? "an unknown user"
            throw Problem(
                .permission,
                "\(name) may read, but not change anything",
                hint: "join the group \(AccessRule.groupName), or use sudo"
            )
        }
        let who: Logger.Metadata = ["peer-uid": "\(peer.uid)", "peer-pid": "\(peer.pid)"]
        let change = "\(request.method) \(request.uri.path)"
        do {
            let response = try await handler()
            logger.info("\(change): done", metadata: who)
            return response
        } catch {
            logger.info("\(change): refused", metadata: who)
            throw error
        }
    }
}

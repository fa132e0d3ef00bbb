import ControlAPI
import Glibc
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import ServiceLifecycle

/// HTTP/1.1 on the Unix socket, as a service of the daemon's group.
package struct ControlServer: Service {
    private let socket: SocketPath
    private let control: Control
    private let onListening: @Sendable () async -> Void

    /// Builds a server.
    ///
    /// - Parameters:
    ///   - socket: A path that was prepared.
    ///   - control: What the routes call.
    ///   - onListening: Called once clients can connect.
    package init(socket: SocketPath, control: Control, onListening: @escaping @Sendable () async -> Void) {
        self.socket = socket
        self.control = control
        self.onListening = onListening
    }

    /// Serves until shutdown; event streams end first, then idle connections.
    package func run() async throws {
        var logger = Logger(label: "autodidactd.http")
        logger.logLevel = .warning
        let decoder = HTTP1Channel.Configuration.DecoderConfiguration(
            maxHeaderFieldSize: 16 * 1024,
            maxHeaderListSize: 16 * 1024,
            maxHeaderFieldCount: 100
        )
        let app = Application(
            router: ControlRoutes.router(control),
            server: .http1(
                configuration: HTTP1Channel.Configuration(
                    idleTimeout: .seconds(30),
                    httpDecoderConfiguration: decoder
                )
            ),
            configuration: ApplicationConfiguration(
                address: .unixDomainSocket(path: socket.path),
                serverName: nil,
                backlog: 1024,
                // Whoever opens connections and says nothing must not keep others out; each is dropped when idle.
                availableConnectionsDelegate: MaximumAvailableConnections(4096)
            ),
            onServerRunning: { [socket, onListening, logger] _ in
                do {
                    try socket.restrict()
                    await onListening()
                } catch {
                    logger.error("socket not opened to its group", metadata: ["error": "\(error)"])
                }
            },
            logger: logger
        )
        defer { socket.remove() }
        do {
            try await app.run()
        } catch let error as IOError {
            let isForbidden = [EACCES, EPERM, EROFS].contains(error.errnoCode)
            throw DaemonError(
                isForbidden ? .permission : .systemFailed,
                "cannot listen on \(socket.path): \(error); check its directory's owner and mode",
                cause: error
            )
        }
    }
}

import Daemon
import Logging
import ServiceLifecycle

extension Bench {
    /// Serves the control on a socket and runs the body, with the socket's path, once it listens.
    func serving(_ body: (String) async throws -> Void) async throws {
        let socket = try SocketPath(directory.path + "/c.sock")
        try socket.prepare()
        let listening = Mailbox<Bool>()
        let server = ControlServer(socket: socket, control: control) { listening.put(true) }
        let services = ServiceGroup(services: [server], logger: Logger(label: "test"))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await services.run() }
            _ = try await listening.take()
            let result = await Result { try await body(socket.path) }
            await services.triggerGracefulShutdown()
            try result.get()
        }
    }
}

extension Result where Failure == any Error {
    /// What an asynchronous body returned or threw.
    fileprivate init(_ body: () async throws -> Success) async {
        do {
            self = .success(try await body())
        } catch {
            self = .failure(error)
        }
    }
}

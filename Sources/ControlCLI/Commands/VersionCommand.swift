import ArgumentParser
import ControlAPI

/// `autodidact version`.
struct VersionCommand: ControlCommand {
    static let configuration = CommandConfiguration(
        commandName: "version",
        abstract: "The versions of this program and of the daemon, if one answers."
    )

    @OptionGroup var global: GlobalOptions

    func execute(_ session: Session) async throws {
        var daemon: PingReply?
        var reason: String?
        do {
            daemon = try await session.client.get(PingReply.self, ControlRoute.ping)
        } catch {
            reason = error.detail
        }
        try session.show(VersionOutput(version: ControlVersion.program, daemon: daemon)) { _ in
            ["autodidact \(ControlVersion.program)"]
                + (daemon.map { ["autodidactd \($0.version), process \($0.pid)"] } ?? [])
                + (reason.map { [$0] } ?? [])
        }
    }
}

/// What `version --json` prints.
struct VersionOutput: ControlReply {
    var schemaVersion = ControlVersion.schema
    /// This program's version.
    var version: String
    /// The daemon's own reply; missing when none answers.
    var daemon: PingReply?
}

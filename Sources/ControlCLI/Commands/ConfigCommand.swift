import ArgumentParser
import ControlAPI

/// `autodidact config …`.
struct ConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Check a configuration file, or show the current settings.",
        subcommands: [ConfigCheckCommand.self, ConfigShowCommand.self]
    )
}

/// `autodidact config show`.
struct ConfigShowCommand: ControlCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "The settings the daemon runs with."
    )

    @OptionGroup var global: GlobalOptions

    func execute(_ session: Session) async throws {
        let reply = try await session.client.get(ConfigReply.self, ControlRoute.config)
        try session.show(reply) { $0.config(reply) }
    }
}

/// `autodidact config check FILE`.
struct ConfigCheckCommand: ControlCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check a configuration file without starting anything.",
        discussion:
            "Runs \"autodidactd --check --config FILE\", because only the daemon knows the keys. Exit status 78: the file is wrong."
    )

    @Argument(help: "The file.", completion: .file(extensions: ["yaml", "yml"]))
    var file: String

    @OptionGroup var global: GlobalOptions

    func execute(_ session: Session) async throws {
        let program = try DaemonProgram.find(path: session.environment["PATH"] ?? "")
        let result = try DaemonProgram.run(program, ["--check", "--config", file])
        if global.json {
            try session.showJSON(
                ConfigCheckOutput(file: file, isValid: result.status == 0, message: result.output)
            )
        } else if result.status == 0 {
            session.write(result.output.isEmpty ? "\(file) is valid\n" : result.output)
        } else {
            session.warn(result.output)
        }
        if result.status != 0 { throw QuietExit(status: result.status) }
    }
}

/// What `config check --json` prints.
struct ConfigCheckOutput: ControlReply {
    var schemaVersion = ControlVersion.schema
    var file: String
    var isValid: Bool
    /// Everything the daemon said.
    var message: String
}

extension Renderer {
    /// Settings in order of key, one per line, as YAML spells them.
    func config(_ reply: ConfigReply) -> [String] {
        let keys = reply.settings.keys.sorted()
        let label = (keys.map(\.displayWidth).max() ?? 0) + 2
        return [paint("# \(reply.path ?? "no configuration file")", .dim)]
            + keys.map { key in
                let value = reply.settings[key]?.onOneLine ?? ""
                return (key + ":").padded(to: label) + value.cut(to: width.map { max(8, $0 - label) })
            }
    }
}

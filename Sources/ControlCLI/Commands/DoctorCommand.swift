import ArgumentParser
import ControlAPI

/// `autodidact doctor`.
struct DoctorCommand: ControlCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check machine, installation, configuration and daemon, and say what to do.",
        discussion: "Changes nothing. Exit status 1: something is a problem, not only a warning."
    )

    @Option(help: "The configuration file.", completion: .file(extensions: ["yaml", "yml"]))
    var config = "/etc/autodidact/autodidact.yaml"

    @Option(help: "The directory on the disk to check.", completion: .directory)
    var stateDir = "/var/lib/autodidact"

    @OptionGroup var global: GlobalOptions

    func execute(_ session: Session) async throws {
        let findings =
            MachineChecks.all(stateDirectory: stateDir)
            + (await ServiceChecks(config: config, stateDirectory: stateDir, session: session).all())
        let isHealthy = !findings.contains { $0.state == .problem }
        try session.show(DoctorOutput(isHealthy: isHealthy, findings: findings)) { $0.doctor(findings) }
        if !isHealthy { throw QuietExit(status: 1) }
    }
}

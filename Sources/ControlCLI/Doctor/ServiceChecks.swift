import ControlAPI
import Foundation
import Glibc
import Loop

/// What is installed and running: program, configuration, unit, socket.
struct ServiceChecks {
    /// The configuration to check.
    let config: String
    /// The state directory to check.
    let stateDirectory: String
    let session: Session

    func all() async -> [Finding] {
        var findings = [program()]
        if let path = try? DaemonProgram.find(path: session.environment["PATH"] ?? "") {
            findings.append(FileChecks.libraries(of: path))
        }
        findings += configuration()
        findings += [FileChecks.permissions(stateDirectory), unit()]
        findings += [FileChecks.socket(session.client.socketPath), await daemon()]
        return findings + [await preflight()].compactMap { $0 }
    }

    private func program() -> Finding {
        do {
            let path = try DaemonProgram.find(path: session.environment["PATH"] ?? "")
            let version = try DaemonProgram.run(path, ["--version"])
            guard version.status == 0 else {
                return Finding(
                    "autodidactd",
                    .problem,
                    "\(path) does not start: \(version.output)",
                    remedy: "install it again: its libraries are missing"
                )
            }
            return Finding(
                "autodidactd",
                .good,
                "\(path), \(version.output.trimmingCharacters(in: .whitespacesAndNewlines))"
            )
        } catch {
            return Finding("autodidactd", .problem, error.detail, remedy: error.hint)
        }
    }

    /// The configuration and the model file that it names; the daemon's own check covers both.
    private func configuration() -> [Finding] {
        guard access(config, F_OK) == 0 else {
            return [
                Finding(
                    "configuration",
                    .warning,
                    "there is no \(config)",
                    remedy:
                        "copy examples/autodidact.yaml there and set model and questions, or name yours with --config"
                )
            ]
        }
        guard let path = try? DaemonProgram.find(path: session.environment["PATH"] ?? ""),
            let result = try? DaemonProgram.run(path, ["--check", "--config", config])
        else {
            return [
                Finding(
                    "configuration",
                    .warning,
                    "\(config): not checked, because autodidactd does not start"
                )
            ]
        }
        let (said, sights) = Finding.parted(result.output)
        guard result.status == 0 else {
            let fault = said.replacing("autodidactd: ", with: "", maxReplacements: 1)
            let isModel = fault.hasPrefix("model: ")
            return [
                Finding(
                    isModel ? "model" : "configuration",
                    .problem,
                    isModel ? String(fault.dropFirst("model: ".count)) : said,
                    remedy: "fix it; \"autodidact config check \(config)\" says whether it is valid"
                )
            ]
        }
        let parts = said.split(separator: "; model: ", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { return [Finding("configuration", .good, said)] + sights }
        return sights + [
            Finding("configuration", .good, parts[0]),
            Finding(
                "model",
                .good,
                parts[1],
                remedy:
                    "\"autodidactd preflight --config \(config)\" says whether it can learn from these questions"
            ),
        ] + [memory(ofModel: parts[1], config, path)].compactMap { $0 }
    }

    /// What the model takes, and whether there is enough; why that is not said where the configuration has
    /// it so; nil from a daemon that cannot say it.
    private func memory(ofModel model: String, _ config: String, _ program: String) -> Finding? {
        let arguments = ["models", "--config", config, "--", model]
        guard let result = try? DaemonProgram.run(program, arguments) else { return nil }
        // An older daemon does not know the option, and ends with the status of a wrong command line.
        if result.status != 0, result.status != 64 {
            let said = result.output.trimmingCharacters(in: .whitespacesAndNewlines)
            return Finding("model memory", .good, "not checked: \(said)")
        }
        guard result.status == 0,
            let reply = try? ControlCoding.decode(ModelReply.self, from: Data(result.output.utf8))
        else { return nil }
        return Finding(
            "model memory",
            reply.memory.isEnough ? .good : .warning,
            Renderer.memory(reply.memory),
            remedy: reply.memory.isEnough
                ? nil : "use a smaller model (\"autodidact models\" lists some), or allow more memory"
        )
    }

    private func unit() -> Finding {
        let manager = session.isOfUser ? ["--user"] : []
        let systemctl = session.isOfUser ? "systemctl --user" : "sudo systemctl"
        guard access("/run/systemd/system", F_OK) == 0,
            let shown = try? DaemonProgram.run(
                "/usr/bin/systemctl",
                manager + ["show", "--property=LoadState,ActiveState,Result,UnitFileState"]
                    + ["autodidactd.service"]
            )
        else {
            return Finding(
                "service",
                .warning,
                "this machine does not run systemd; start autodidactd yourself"
            )
        }
        let values = Dictionary(
            shown.output.split(separator: "\n").compactMap { line -> (String, String)? in
                let parts = line.split(separator: "=", maxSplits: 1).map(String.init)
                return parts.count == 2 ? (parts[0], parts[1]) : nil
            },
            uniquingKeysWith: { first, _ in first }
        )
        guard values["LoadState"] == "loaded" else {
            return Finding(
                "service",
                .warning,
                "not installed",
                remedy: "\"make deb\", or \"sudo make install\""
            )
        }
        let state = values["ActiveState"] ?? "unknown"
        let text = "\(state), \(values["UnitFileState"] ?? "unknown")"
        switch state {
        case "active", "activating", "reloading": return Finding("service", .good, text)
        case "failed":
            return Finding(
                "service",
                .problem,
                "\(text): \(values["Result"] ?? "unknown")",
                remedy: "\"autodidact logs\" says why; then \"\(systemctl) restart autodidactd\""
            )
        default:
            return Finding("service", .warning, text, remedy: "\"\(systemctl) enable --now autodidactd\"")
        }
    }

    private func daemon() async -> Finding {
        do {
            let status = try await session.client.get(StatusReply.self, ControlRoute.status)
            let detail = status.detail.map { ": \($0)" } ?? ""
            return Finding(
                "daemon",
                .good,
                "process \(status.pid) answers, \(status.state.rawValue)\(detail)"
            )
        } catch let problem {
            return Finding(
                "daemon",
                problem.name == .noDaemon ? .warning : .problem,
                problem.detail,
                remedy: problem.hint
            )
        }
    }

    /// The verdict of the journal; nil where nothing was measured, the daemon is older or none answers, which
    /// another finding says.
    private func preflight() async -> Finding? {
        let reply = try? await session.client.get(PreflightReply.self, ControlRoute.preflight)
        return reply.map { Finding(preflight: $0.report.verdict) }
    }
}

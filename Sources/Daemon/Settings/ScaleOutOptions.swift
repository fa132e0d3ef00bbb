import Foundation
import Glibc
import Loop
package import ScaleOut

/// Where servers are and how programs are started, as the configuration says it; seconds are whole.
package struct ScaleOutOptions: Hashable, Sendable {
    private static let defaults = ScaleOutSettings(directory: "", socket: "")

    /// Running servers; empty starts one.
    package var endpoints = defaults.endpoints
    /// Launch line of the engine's own server.
    package var server = defaults.server
    /// Launch line of the trainer.
    package var trainer = defaults.trainer
    /// Command that copies an adapter to the servers.
    package var publish = defaults.publish
    /// Name of a systemd credential, or absolute path of a file, that holds the servers' API key.
    package var credential = ""
    /// Requests at once per server.
    package var inFlight = defaults.inFlight
    /// Tokens of one scoring request.
    package var scoreTokens = defaults.scoreTokens
    /// Padded tokens of one pass of the trainer.
    package var trainTokens = defaults.trainTokens
    /// What ranks of the trainer share.
    package var sharding = defaults.sharding
    /// Seconds for one request.
    package var requestTimeout = Int(defaults.timeouts.request.components.seconds)
    /// Seconds until a started server answers.
    package var startTimeout = Int(defaults.timeouts.start.components.seconds)
    /// Seconds for one training step.
    package var stepTimeout = Int(defaults.timeouts.step.components.seconds)
    /// How often a server or the trainer is started again within one call.
    package var restarts = defaults.restarts

    /// The defaults.
    package init() {}

    /// Reads the API key.
    ///
    /// - Parameter environment: Says where the service manager puts credentials.
    /// - Returns: The file's first line; nil when none is named.
    /// - Throws: `DaemonError` when it cannot be read or is empty.
    package func apiKey(environment: [String: String]) throws(DaemonError) -> String? {
        guard !credential.isEmpty else { return nil }
        let path: String
        if credential.hasPrefix("/") {
            path = credential
        } else if let directory = environment["CREDENTIALS_DIRECTORY"] {
            path = directory + "/" + credential
        } else {
            throw DaemonError(
                .invalidConfiguration,
                "scaleout.credential: \(credential) is not an absolute path and there is no CREDENTIALS_DIRECTORY; "
                    + "give the unit LoadCredential=\(credential):FILE, or write a path"
            )
        }
        let text = String(decoding: try ReadFile.data(path, of: "scaleout.credential"), as: UTF8.self)
        guard let key = text.split(whereSeparator: \.isNewline).first.map(String.init), !key.isEmpty else {
            throw DaemonError(
                .invalidConfiguration,
                "scaleout.credential: there is no key in \(path); write one on its first line"
            )
        }
        return key
    }
}

extension DaemonSettings {
    /// The settings of the scale-out engine.
    ///
    /// - Parameter environment: Says where the service manager puts credentials.
    /// - Returns: The settings.
    /// - Throws: `DaemonError`.
    package func scaleOut(environment: [String: String]) throws(DaemonError) -> ScaleOutSettings {
        func absolute(_ path: String) -> String {
            URL(filePath: path).standardizedFileURL.path(percentEncoded: false)
        }
        var result = ScaleOutSettings(
            directory: absolute(stateDirectory) + "/scaleout",
            // Next to the control socket and named after it: several daemons may keep theirs in one
            // directory.
            socket: URL(filePath: absolute(socket)).deletingPathExtension().path(percentEncoded: false)
                + "-vllm.sock"
        )
        switch engine.precision {
        case .automatic, .bf16: result.precision = .bf16
        case .f32: result.precision = .f32
        case .int8:
            throw DaemonError(
                .invalidConfiguration,
                "engine.precision: int8 needs the embedded engine; use auto, bf16 or f32 with engine.kind scaleout"
            )
        }
        (result.endpoints, result.publish) = (scaleout.endpoints, scaleout.publish)
        (result.server, result.trainer) = (scaleout.server, scaleout.trainer)
        result.apiKey = try scaleout.apiKey(environment: environment)
        result.inFlight = scaleout.inFlight
        (result.scoreTokens, result.trainTokens) = (scaleout.scoreTokens, scaleout.trainTokens)
        result.sharding = scaleout.sharding
        result.timeouts.request = .seconds(scaleout.requestTimeout)
        result.timeouts.start = .seconds(scaleout.startTimeout)
        result.timeouts.step = .seconds(scaleout.stepTimeout)
        result.restarts = scaleout.restarts
        result.lora.rank = round.finetune.rank
        result.lora.targetModules = round.finetune.targetModules.sorted().map(\.rawValue)
        return result
    }
}

import Foundation
import Loop

/// How the engine's own server is started: on a Unix socket, with every option that its behaviour depends on.
struct ServerLaunch: Sendable {
    /// What finds its processes, also those of a daemon that was killed.
    let mark: ChildMark
    let settings: ScaleOutSettings
    /// The base model's directory.
    let model: String

    /// The log of a round.
    func log(of round: UInt32) -> String { settings.log(of: round, "server") }

    /// Starts the server.
    ///
    /// - Parameters:
    ///   - round: The round whose log it writes.
    ///   - shape: What adapters it must take.
    /// - Returns: The process, which does not answer yet.
    /// - Throws: `ScaleOutError`.
    func start(round: UInt32, shape: AdapterShape) throws -> Child {
        try settings.makeLogs()
        try? FileManager.default.removeItem(atPath: settings.socket)
        let log = log(of: round)
        return try Child(
            words(shape),
            variables: [
                "VLLM_ALLOW_RUNTIME_LORA_UPDATING": "True", "VLLM_NO_USAGE_STATS": "1",
                "HF_HUB_OFFLINE": "1", "PYTHONUNBUFFERED": "1",
                // Its children rename themselves, which would otherwise overwrite their environment, and with
                // it the mark.
                "SPT_NOENV": "1",
            ],
            mark: mark,
            output: log,
            errors: log
        )
    }

    /// The launch line; an option that the settings' own line gives is left as it is there.
    func words(_ shape: AdapterShape) -> [String] {
        let given = settings.server.map { $0.replacingOccurrences(of: "{model}", with: model) }
        let options: [(name: String, values: [String])] = [
            ("--uds", [settings.socket]), ("--served-model-name", ["base"]),
            ("--dtype", [settings.precision.dtype]),
            ("--generation-config", ["vllm"]), ("--enable-lora", []), ("--max-loras", ["1"]),
            ("--max-lora-rank", ["\(ScaleOutSettings.ranks.first { $0 >= shape.rank } ?? shape.rank)"]),
            // Without it the vocabulary projection is also wrapped for LoRA, and on CPUs prompt_logprobs of
            // two samples in one batch end the server.
            ("--lora-target-modules", shape.modules.sorted()),
            ("--max-num-batched-tokens", ["\(settings.scoreTokens)"]), ("--seed", ["0"]),
            // Several, which is the default with --data-parallel-size, refuse adapters at run time.
            ("--api-server-count", ["1"]),
        ]
        return given
            + options.filter { option in
                !given.contains { $0 == option.name || $0.hasPrefix(option.name + "=") }
            }
            .flatMap { [$0.name] + $0.values }
    }

    /// What the settings' own adapters need, and the one in use, which may have been trained with others.
    func shape(with adapter: PublishedAdapter?) -> AdapterShape {
        let own = AdapterShape(rank: settings.lora.rank, modules: Set(settings.lora.targetModules))
        return adapter.flatMap { AdapterShape(path: $0.path) }.map(own.union) ?? own
    }
}

/// What a server must be started for to take an adapter.
struct AdapterShape: Hashable, Sendable {
    var rank: Int
    /// Linear layers, by their Hugging Face names.
    var modules: Set<String>

    init(rank: Int, modules: Set<String>) {
        (self.rank, self.modules) = (rank, modules)
    }

    /// Reads it from an adapter's directory; nil if that is not there or not readable.
    init?(path: String) {
        struct Configuration: Decodable {
            let r: Int
            let target_modules: [String]?
        }
        guard let data = FileManager.default.contents(atPath: path + "/" + FileName.adapterConfiguration),
            let found = try? JSONDecoder().decode(Configuration.self, from: data)
        else { return nil }
        self.init(rank: found.r, modules: Set(found.target_modules ?? []))
    }

    func union(_ other: AdapterShape) -> AdapterShape {
        AdapterShape(rank: max(rank, other.rank), modules: modules.union(other.modules))
    }

    func takes(_ other: AdapterShape) -> Bool { other.rank <= rank && other.modules.isSubset(of: modules) }
}

extension ScaleOutSettings {
    /// Logs that stay; older ones are removed.
    private static let keptLogs = 40

    /// The log of a program in a round.
    func log(of round: UInt32, _ program: String) -> String {
        "\(directory)/logs/round-\(round.padded)-\(program).log"
    }

    /// Makes the directory of logs and removes the oldest of them.
    func makeLogs() throws {
        let files = FileManager.default
        let logs = directory + "/logs"
        do {
            if !files.fileExists(atPath: logs) {
                try files.createDirectory(atPath: logs, withIntermediateDirectories: false)
            }
            let names = try files.contentsOfDirectory(atPath: logs).filter { $0.hasPrefix("round-") }
            guard names.count > Self.keptLogs else { return }
            // By age and not by name: what no round asked for is in the log of round 0.
            let dated = try names.map { name in
                (
                    name,
                    try files.attributesOfItem(atPath: logs + "/" + name)[.modificationDate] as? Date
                        ?? .distantPast
                )
            }
            for (name, _) in dated.sorted(by: { ($0.1, $0.0) < ($1.1, $1.0) }).dropLast(Self.keptLogs) {
                try files.removeItem(atPath: logs + "/" + name)
            }
        } catch {
            throw ScaleOutError(
                .fileFailed,
                "cannot keep logs in \(logs): \(error); check the disk",
                cause: error
            )
        }
    }
}

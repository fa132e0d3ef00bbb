import Foundation
public import Loop

/// The whole round on standard tools: vLLM for generation and scoring, a trainer under torchrun for
/// fine-tuning.
///
/// What depends on servers holds as far as they promise it: seeds make a candidate repeatable on the same
/// version and hardware when what shares a batch does not change it (vLLM: `VLLM_BATCH_INVARIANT=1`).
public actor ScaleOutEngine: RoundEngine {
    /// The model and how it is computed.
    public nonisolated let identity: ModelIdentity
    /// Where tokens are made and files are written; never the shared pool.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Measures prompts with the model's own tokenizer.
    public nonisolated var ruler: PromptRuler? {
        // A server that scores writes a token, too.
        PromptRuler(contextLength: model.contextLength, scoringLength: model.contextLength - 1) { [model] in
            model.encode($0).count
        }
    }

    /// Renders the model's own chat template here: servers get token ids.
    public nonisolated var chat: (any ChatRenderer)? { model.chat }

    private nonisolated let executor: any SerialExecutor
    let model: any ScaleOutModel
    let settings: ScaleOutSettings
    let beat: @Sendable () -> Void
    let note: @Sendable (String) -> Void
    let pool: EndpointPool
    let trainerMark: ChildMark
    let probes: ProbeFile
    let base: BaseDirectory
    private var active: AdapterLocation?
    /// The round that programs write logs for: the newest one named.
    private var round: UInt32 = 0
    private var published: Set<String> = []

    /// A text that takes thought to continue; its loss identifies a model, and an adapter of another engine.
    private static let probeText =
        "Question: A baker fills 7 trays with 12 rolls each and sells 59 of them. How many are left?\n"
        + "Answer: 7 trays of 12 rolls are 84 rolls. 84 - 59 = 25. The answer is 25."

    /// Checks settings and files; servers are reached or started at the first use.
    ///
    /// The holder of the directory's lock calls `stop` first: a killed process may have left programs
    /// running.
    ///
    /// - Parameters:
    ///   - model: The base model.
    ///   - path: Its path; a Hugging Face directory is given to the servers as it is.
    ///   - settings: Where servers are and how programs are started.
    ///   - executor: The thread it computes on.
    ///   - makesDirectory: Whether its directory is made now; otherwise by `prepare`.
    ///   - beat: Called every second while others work within their deadlines.
    ///   - note: Called with what went wrong and is tried again.
    /// - Throws: `ScaleOutError` `invalid_configuration` or `file_failed`.
    public init(
        model: any ScaleOutModel,
        path: String,
        settings: ScaleOutSettings,
        executor: any SerialExecutor,
        makesDirectory: Bool = true,
        beat: @escaping @Sendable () -> Void = {},
        note: @escaping @Sendable (String) -> Void = { _ in }
    ) throws {
        try Self.check(settings)
        self.model = model
        self.settings = settings
        self.executor = executor
        self.beat = beat
        self.note = note
        identity = model.identity(precision: settings.precision.rawValue, computedBy: "vllm")
        if makesDirectory { try Self.makeDirectory(settings.directory) }
        trainerMark = ChildMark(value: "trainer:" + settings.directory)
        probes = ProbeFile(path: settings.directory + "/probes.json")
        base = BaseDirectory(model: model, given: path, sha256: identity.sha256, settings: settings)
        pool = EndpointPool(
            endpoints: try Self.endpoints(settings, base),
            inFlight: settings.inFlight,
            restarts: settings.restarts
        )
    }

    /// Makes the directory it works in; call it before anything else if the initialiser did not.
    public nonisolated func prepare() throws { try Self.makeDirectory(settings.directory) }

    private static func makeDirectory(_ directory: String) throws {
        do {
            try FileManager.default.createDirectory(
                atPath: directory,
                withIntermediateDirectories: true,
                // Like the state directory around it, which may not be there yet.
                attributes: [.posixPermissions: 0o750]
            )
        } catch {
            throw ScaleOutError(.fileFailed, "cannot create \(directory): \(error)", cause: error)
        }
    }

    private static func endpoints(_ settings: ScaleOutSettings, _ base: BaseDirectory) throws -> [Endpoint] {
        guard settings.endpoints.isEmpty else {
            return try settings.endpoints.map {
                Endpoint(try ServerClient($0, apiKey: settings.apiKey), launch: nil, settings: settings)
            }
        }
        let launch = ServerLaunch(
            mark: ChildMark(value: "server:" + settings.directory),
            settings: settings,
            model: base.path
        )
        let client = try ServerClient("unix:" + settings.socket, apiKey: nil)
        return [Endpoint(client, launch: launch, settings: settings)]
    }

    /// Checks only the settings.
    ///
    /// - Throws: `ScaleOutError` `invalid_configuration`.
    public static func check(_ settings: ScaleOutSettings) throws {
        for address in settings.endpoints { _ = try ServerClient(address, apiKey: nil) }
        guard !settings.endpoints.isEmpty || settings.socket.utf8.count <= 107 else {
            throw ScaleOutError(
                .invalidConfiguration,
                "the server's socket would be \(settings.socket), longer than the 107 bytes that Linux "
                    + "allows; set socket to a shorter path"
            )
        }
    }

    /// Runs a body on the engine's own thread.
    public func alone(_ body: @Sendable () throws -> Void) throws { try body() }

    /// Ends every program that the engine has started, or one before it.
    public func stop() async {
        for endpoint in pool.endpoints { await endpoint.rest() }
        await ChildMark(value: "server:" + settings.directory).end(patience: .seconds(3))
        await trainerMark.end(patience: .seconds(3))
        await ChildMark(value: "publish:" + settings.directory).end(patience: .seconds(2))
    }

    /// Names the round that programs write logs for.
    func note(round: UInt32) { self.round = round }

    /// Makes an adapter active; servers load it at the next generate or score.
    public func activate(_ adapter: AdapterLocation?) throws { active = adapter }

    /// What servers must be ready for, the active adapter brought to where they read it.
    func work(round: UInt32? = nil) async throws -> EndpointWork {
        if let round { self.round = round }
        if settings.endpoints.isEmpty { try base.prepare(beat) }
        var adapter: PublishedAdapter?
        if let active {
            try await publish(active.path)
            adapter = PublishedAdapter(path: active.path, sha256: active.sha256)
        }
        return EndpointWork(
            base: "base-\(identity.sha256)-\(settings.precision.rawValue)",
            adapter: adapter,
            probeTokens: model.encode(PromptText(format: Self.probeText)),
            round: self.round,
            note: note
        )
    }

    /// Runs `scaleout.publish` for an adapter, once per process.
    private func publish(_ path: String) async throws {
        guard !settings.publish.isEmpty, !published.contains(path) else { return }
        try settings.makeLogs()
        let log = settings.log(of: round, "publish")
        let words = settings.publish.map { $0.replacingOccurrences(of: "{adapter}", with: path) }
        let mark = ChildMark(value: "publish:" + settings.directory)
        let child = try Child(words, variables: [:], mark: mark, output: log, errors: log)
        do {
            try await whileBeating(beat) { [settings] in
                try await withDeadline(settings.timeouts.request) {
                    while child.end == nil { try await Task.sleep(for: .milliseconds(50)) }
                }
            }
        } catch {
            await child.stop(patience: .seconds(2))
            guard error is DeadlinePassed else { throw error }
            throw ScaleOutError(
                .serverUnavailable,
                "scaleout.publish: \"\(words.joined(separator: " "))\" took longer than "
                    + "\(settings.timeouts.request.components.seconds) s (scaleout.requestTimeout); see \(log)"
            )
        }
        guard child.end == "exited(0)" else {
            throw ScaleOutError(
                .serverUnavailable,
                "scaleout.publish: \"\(words.joined(separator: " "))\" \(child.end ?? ""); see \(log)"
            )
        }
        published.insert(path)
    }
}

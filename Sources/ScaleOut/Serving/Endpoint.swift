import Glibc

/// One server: makes sure that it runs and answers with the adapter asked for.
actor Endpoint {
    /// As the settings write it.
    nonisolated let address: String
    /// What talks to it.
    nonisolated let client: ServerClient

    /// Starts the server; nil for one that others run.
    private let launch: ServerLaunch?
    private let settings: ScaleOutSettings
    private let probes: ProbeFile
    private var child: Child?
    /// The base model's name there; nil until the server is known to live, and to be that model.
    private var baseName: String?
    /// What we have loaded there.
    private var loaded: PublishedAdapter?
    /// Whether it has been recognised since the server was last suspected.
    private var isRecognised = false
    private var startedFor: AdapterShape?

    /// The deadline of the liveness test, however long a request may take; the first one of a server
    /// compiles.
    private var lifeLimit: Duration { min(settings.timeouts.request, .seconds(60)) }

    /// A server at an address.
    init(_ client: ServerClient, launch: ServerLaunch?, settings: ScaleOutSettings) {
        self.client = client
        self.launch = launch
        self.settings = settings
        address = client.address
        probes = ProbeFile(path: settings.directory + "/probes.json")
    }

    /// Makes the server ready: running, answering, the adapter loaded and recognised by what it does.
    ///
    /// - Returns: The model's name for requests.
    /// - Throws: `CancellationError`, or `ScaleOutError`.
    func prepare(_ work: EndpointWork) async throws -> String {
        // A server wraps only the layers, and takes only the ranks, that it was started for.
        if let launch, let adapter = work.adapter,
            startedFor.map({ !$0.takes(launch.shape(with: adapter)) }) ?? false
        {
            await rest()
        }
        let base = try await living(work)
        guard let adapter = work.adapter else {
            await unload()
            return base
        }
        if loaded != adapter || !isRecognised {
            await unload()
            try await load(adapter, base: base, work)
        }
        return adapter.name
    }

    /// Something went wrong: the server is checked again before it gets more work.
    ///
    /// Its adapter too: others may have started it again.
    func suspect() { (baseName, isRecognised) = (nil, false) }

    /// Frees memory: our own server ends, other servers unload our adapter.
    ///
    /// Ended and not put to sleep: a server that wakes up may have lost its adapters silently (vllm#53888).
    func rest() async {
        guard let child else {
            // Cancellation does not cut this short, but a server that hangs may not delay the end of the
            // daemon.
            await Task.detached { await self.unload(within: .seconds(2)) }.value
            return
        }
        await child.stop(patience: .seconds(10))
        self.child = nil
        forget()
    }

    private func forget() {
        suspect()
        loaded = nil
    }

    /// The base model's name on a server that answers.
    private func living(_ work: EndpointWork) async throws -> String {
        if let baseName, child == nil || child?.end == nil { return baseName }
        let name: String
        if let launch {
            if let child, child.end == nil, let own = try? await answer() {
                name = own
            } else {
                try Task.checkCancellation()
                name = try await start(launch, work)
            }
        } else {
            name = try await answer()
        }
        try await recognise(base: name, work)
        baseName = name
        return name
    }

    /// Starts the own server, ending what is left of an earlier one, and waits until it answers.
    private func start(_ launch: ServerLaunch, _ work: EndpointWork) async throws -> String {
        await (child?.mark ?? launch.mark).end(patience: .seconds(2))
        forget()
        let shape = launch.shape(with: work.adapter)
        let log = launch.log(of: work.round)
        let errorsStart = LogFile.size(of: log)
        let child = try launch.start(round: work.round, shape: shape)
        (self.child, startedFor) = (child, shape)
        let clock = ContinuousClock()
        let start = clock.now
        while true {
            if let end = child.end {
                throw ScaleOutError(
                    .serverUnavailable,
                    "\(settings.server.first ?? "") \(end) before it answered; "
                        + (LogFile.lastError(in: log, from: errorsStart).map { "\($0); " } ?? "")
                        + "see \(log)"
                )
            }
            do {
                return try await answer()
            } catch let error as ScaleOutError where error.code == .requestRefused {
                // Such as 401 for a launch line with --api-key: waiting would change nothing.
                await child.stop(patience: .seconds(2))
                throw error
            } catch {
                try Task.checkCancellation()
            }
            guard clock.now - start < settings.timeouts.start else {
                await child.stop(patience: .seconds(2))
                throw ScaleOutError(
                    .serverUnavailable,
                    "\(address) did not answer within \(settings.timeouts.start.components.seconds) s of its start "
                        + "(scaleout.startTimeout); see \(log)"
                )
            }
            try await Task.sleep(for: .milliseconds(250))
        }
    }

    /// Asks for one token: a server's process may answer health checks while its engine is dead (vllm#39863).
    private func answer() async throws -> String {
        let models = try await client.get(ModelList.self, "/v1/models", within: lifeLimit)
        guard let base = models.data.first(where: { $0.parent == nil })?.id else {
            throw ScaleOutError(.serverUnavailable, "\(address)/v1/models names no base model")
        }
        let request = CompletionRequest(model: base, prompt: [[1, 1]])
        _ = try await client.post(CompletionReply.self, "/v1/completions", request, within: lifeLimit)
        return base
    }

    private func load(_ adapter: PublishedAdapter, base: String, _ work: EndpointWork) async throws {
        // A server that others run may know something else by this name.
        _ = try await client.order(
            "/v1/unload_lora_adapter",
            ["lora_name": adapter.name],
            within: settings.timeouts.request
        )
        let refusal = try await client.order(
            "/v1/load_lora_adapter",
            ["lora_name": adapter.name, "lora_path": adapter.path],
            within: settings.timeouts.request
        )
        if let refusal {
            throw ScaleOutError(
                .requestRefused,
                "cannot load adapter \(adapter.path): \(refusal); the server must see this path, run with --enable-lora "
                    + "and VLLM_ALLOW_RUNTIME_LORA_UPDATING=True"
            )
        }
        loaded = adapter
        do {
            try await recognise(adapter, base: base, work)
        } catch {
            // What cannot be trusted must not stay there under this name.
            await unload()
            throw error
        }
        isRecognised = true
    }

    /// Compares the base model's loss on a fixed text with the one recorded, or records it: with several
    /// servers, or one that others start, sooner or later one has another model.
    private func recognise(base: String, _ work: EndpointWork) async throws {
        let known = probes.probe(of: work.base)
        let tokens = known?.tokens ?? work.probeTokens
        let measured = try await loss(of: tokens, by: base)
        let probe = AdapterProbe(tokens: tokens, loss: measured, baseLoss: measured)
        let expected = try known ?? probes.recordFirst(probe, of: work.base)
        guard expected.accepts(measured) else {
            throw ScaleOutError(
                .modelMismatch,
                "\(address) serves another model than \(known == nil ? "the first server" : "before"): loss \(measured) on its "
                    + "probe, recorded \(expected.loss); give it the right model, or remove \(probes.path) if the "
                    + "recorded one was the wrong one"
            )
        }
    }

    /// Compares the adapter's loss on a fixed text with the one recorded, or records it.
    private func recognise(_ adapter: PublishedAdapter, base: String, _ work: EndpointWork) async throws {
        let known = probes.probe(of: adapter.sha256)
        let tokens = known?.tokens ?? work.probeTokens
        let measured = try await loss(of: tokens, by: adapter.name)
        // The same server's own base model: arithmetic that differs from the recorder's cancels out.
        let plain = try await loss(of: tokens, by: base)
        guard measured != plain || known.map({ $0.loss == $0.baseLoss }) ?? false else {
            throw ScaleOutError(
                .adapterMismatch,
                "\(address) answers as the base model where adapter \(adapter.name) was asked for"
            )
        }
        let probe = AdapterProbe(tokens: tokens, loss: measured, baseLoss: plain)
        let expected = try known ?? probes.recordFirst(probe, of: adapter.sha256)
        guard expected.accepts(measured) else {
            throw ScaleOutError(
                .adapterMismatch,
                "\(address) answers as another adapter than \(adapter.name): loss \(measured) on its probe, recorded "
                    + "\(expected.loss)"
            )
        }
    }

    private func loss(of tokens: [Int32], by model: String) async throws -> Double {
        var request = CompletionRequest(model: model, prompt: [tokens])
        request.promptLogprobs = 0
        let reply = try await client.post(
            CompletionReply.self,
            "/v1/completions",
            request,
            within: settings.timeouts.request
        )
        guard let losses = reply.choices.first?.losses(of: tokens), !losses.isEmpty else {
            throw ScaleOutError(.malformedReply, "\(address) sends no prompt_logprobs; see its version")
        }
        return losses.reduce(0, +) / Double(losses.count)
    }

    /// Unloads the adapter in use; a server that cannot be reached has forgotten it anyway.
    private func unload(within limit: Duration? = nil) async {
        guard let adapter = loaded else { return }
        (loaded, isRecognised) = (nil, false)
        _ = try? await client.order(
            "/v1/unload_lora_adapter",
            ["lora_name": adapter.name],
            within: limit ?? lifeLimit
        )
    }
}

/// What `/v1/models` answers.
private struct ModelList: Decodable {
    struct Model: Decodable {
        let id: String
        /// The base model, if this is an adapter.
        let parent: String?
    }

    let data: [Model]
}

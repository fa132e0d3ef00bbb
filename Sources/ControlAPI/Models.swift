/// What `autodidact models` shows: the models that are known to run.
public struct KnownModelsReply: ControlReply, Hashable {
    /// Schema version of the reply.
    public var schemaVersion = ControlVersion.schema
    /// The families, by what GGUF files call them.
    public var families: [String]
    /// Published models of them.
    public var models: [KnownModelItem]
    /// How weights are held, a value of `engine.precision`.
    public var precision: String

    /// Memberwise.
    public init(families: [String], models: [KnownModelItem], precision: String) {
        (self.families, self.models, self.precision) = (families, models, precision)
    }
}

/// A published model.
public struct KnownModelItem: Codable, Hashable, Sendable {
    /// Its family.
    public var family: String
    /// Its name.
    public var name: String
    /// Parameters, about.
    public var parameterCount: Int
    /// Bytes of its weights while candidates are written.
    public var generationByteCount: Int
    /// Bytes of its weights in fine-tuning.
    public var trainingByteCount: Int
    /// What was compared: `whole`, or `tiny` for a tiny random model of its class.
    ///
    /// Open: a later version may know more.
    public var evidence: String

    /// Memberwise.
    public init(
        family: String,
        name: String,
        parameterCount: Int,
        generationByteCount: Int,
        trainingByteCount: Int,
        evidence: String
    ) {
        (self.family, self.name, self.evidence) = (family, name, evidence)
        (self.parameterCount, self.generationByteCount) = (parameterCount, generationByteCount)
        self.trainingByteCount = trainingByteCount
    }
}

/// What `autodidact models PATH` shows: one model, from its header and tokenizer.
public struct ModelReply: ControlReply, Hashable {
    /// Schema version of the reply.
    public var schemaVersion = ControlVersion.schema
    /// Its name.
    public var name: String
    /// Its family.
    public var family: String
    /// Its class in transformers.
    public var modelClass: String
    /// Parameters; a tied embedding counts once.
    public var parameterCount: Int
    /// The most tokens of a text.
    public var contextLength: Int
    /// `chat` for a model that is made for chats, `plain` for one without a template, `template` for one with
    /// a template that stops elsewhere.
    ///
    /// Open: a later version may know more.
    public var chat: String
    /// Why its template cannot be used; nil if it can, or there is none.
    public var chatFault: String?
    /// The memory that it takes.
    public var memory: ModelMemory

    /// Memberwise.
    public init(
        name: String,
        family: String,
        modelClass: String,
        parameterCount: Int,
        contextLength: Int,
        chat: String,
        chatFault: String?,
        memory: ModelMemory
    ) {
        (self.name, self.family, self.modelClass) = (name, family, modelClass)
        (self.parameterCount, self.contextLength) = (parameterCount, contextLength)
        (self.chat, self.chatFault, self.memory) = (chat, chatFault, memory)
    }
}

/// The memory that a model takes in the embedded engine.
public struct ModelMemory: Codable, Hashable, Sendable {
    /// How weights are held, a value of `engine.precision`.
    public var precision: String
    /// Bytes of the weights while candidates are written.
    public var generationByteCount: Int
    /// Bytes that keys and values take at most on top.
    public var cacheByteCount: Int
    /// Bytes of fine-tuning, with all that belongs to it.
    public var trainingByteCount: Int
    /// Tokens of the longest text that this holds for.
    public var trainingTokenCount: Int
    /// Bytes that a process may use here.
    public var allowedByteCount: Int
    /// What allows that, such as `the machine`.
    public var source: String

    /// Memberwise.
    public init(
        precision: String,
        generationByteCount: Int,
        cacheByteCount: Int,
        trainingByteCount: Int,
        trainingTokenCount: Int,
        allowedByteCount: Int,
        source: String
    ) {
        (self.precision, self.source) = (precision, source)
        (self.generationByteCount, self.cacheByteCount) = (generationByteCount, cacheByteCount)
        (self.trainingByteCount, self.trainingTokenCount) = (trainingByteCount, trainingTokenCount)
        self.allowedByteCount = allowedByteCount
    }

    /// Whether there is enough of it for both.
    public var isEnough: Bool { max(generationByteCount, trainingByteCount) <= allowedByteCount }
}

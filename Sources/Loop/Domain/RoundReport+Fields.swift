/// All fields in one object, as records and the API have them since version 0.1.0.
extension RoundReport: Codable {
    private enum Key: String, CodingKey {
        case secondsPerPhase
        case failure
    }

    /// Reads a report; what it lacks has not been measured.
    public init(from decoder: any Decoder) throws {
        generation = try GenerationReport(from: decoder)
        vote = try VoteReport(from: decoder)
        weigh = try WeighReport(from: decoder)
        select = try SelectReport(from: decoder)
        views = try ViewReport(from: decoder)
        finetune = try FinetuneReport(from: decoder)
        verdict = try VerdictReport(from: decoder)
        levels = try LevelReport(from: decoder)
        let container = try decoder.container(keyedBy: Key.self)
        secondsPerPhase = try container.decode([String: Double].self, forKey: .secondsPerPhase)
        failure = try container.decodeIfPresent(String.self, forKey: .failure)
    }

    /// Writes every part into the same object.
    public func encode(to encoder: any Encoder) throws {
        try generation.encode(to: encoder)
        try vote.encode(to: encoder)
        try weigh.encode(to: encoder)
        try select.encode(to: encoder)
        try views.encode(to: encoder)
        try finetune.encode(to: encoder)
        try verdict.encode(to: encoder)
        try levels.encode(to: encoder)
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(secondsPerPhase, forKey: .secondsPerPhase)
        try container.encodeIfPresent(failure, forKey: .failure)
    }
}

extension RoundReport: CustomReflectable {
    /// The fields side by side.
    public var customMirror: Mirror {
        let parts: [Any] = [generation, vote, weigh, select, views, finetune, verdict, levels]
        let measured = parts.flatMap { Array(Mirror(reflecting: $0).children) }
        let own: [Mirror.Child] = [("secondsPerPhase", secondsPerPhase), ("failure", failure as Any)]
        return Mirror(self, children: measured + own, displayStyle: .struct)
    }
}

extension RoundReport {
    /// A field of `generation`.
    public subscript<Value>(dynamicMember field: WritableKeyPath<GenerationReport, Value>) -> Value {
        get { generation[keyPath: field] }
        set { generation[keyPath: field] = newValue }
    }

    /// A field of `vote`.
    public subscript<Value>(dynamicMember field: WritableKeyPath<VoteReport, Value>) -> Value {
        get { vote[keyPath: field] }
        set { vote[keyPath: field] = newValue }
    }

    /// A field of `weigh`.
    public subscript<Value>(dynamicMember field: WritableKeyPath<WeighReport, Value>) -> Value {
        get { weigh[keyPath: field] }
        set { weigh[keyPath: field] = newValue }
    }

    /// A field of `select`.
    public subscript<Value>(dynamicMember field: WritableKeyPath<SelectReport, Value>) -> Value {
        get { select[keyPath: field] }
        set { select[keyPath: field] = newValue }
    }

    /// A field of `views`.
    public subscript<Value>(dynamicMember field: WritableKeyPath<ViewReport, Value>) -> Value {
        get { views[keyPath: field] }
        set { views[keyPath: field] = newValue }
    }

    /// A field of `finetune`.
    public subscript<Value>(dynamicMember field: WritableKeyPath<FinetuneReport, Value>) -> Value {
        get { finetune[keyPath: field] }
        set { finetune[keyPath: field] = newValue }
    }

    /// A field of `verdict`.
    public subscript<Value>(dynamicMember field: WritableKeyPath<VerdictReport, Value>) -> Value {
        get { verdict[keyPath: field] }
        set { verdict[keyPath: field] = newValue }
    }

    /// A field of `levels`.
    public subscript<Value>(dynamicMember field: WritableKeyPath<LevelReport, Value>) -> Value {
        get { levels[keyPath: field] }
        set { levels[keyPath: field] = newValue }
    }
}

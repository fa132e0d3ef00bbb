/// One JSON value, checked against a schema; compared by its canonical text (docs/answers.md).
public struct JSONAnswer: StrictAnswerKind {
    /// Its name in `vote.answerKind`.
    public static let id = AnswerKindID(rawValue: "json")
    /// Its answers in a sentence.
    public static let plural = "JSON values"
    /// JSON is seldom written on one line.
    public static let spansLines = true

    /// What a person writes as a reference answer.
    public let referenceHint = "one JSON value such as {\"name\": \"Ada\"} that fits answer.schema"

    private let schema: Result<JSONSchema?, Unread>
    private let vote: JSONVote

    /// The same for every question.
    public init(_ question: QuestionInput, _ settings: AnswerSettings) {
        vote = settings.jsonVote
        do throws(Unread) {
            schema = .success(settings.schema.isEmpty ? nil : try JSONSchema(settings.schema))
        } catch {
            schema = .failure(error)
        }
    }

    /// Refuses options: their letters are no JSON.
    public static func check(_ question: QuestionInput, _ settings: AnswerSettings) throws(LoopError) {
        guard question.choices.isEmpty else {
            throw .invalidQuestion(
                question.origin,
                "the question has \(question.choices.count) options but answers are JSON",
                "set vote.answerKind to choice or remove \"choices\""
            )
        }
    }

    /// Refuses a schema that cannot be read or asks for more than is checked.
    public static func check(_ settings: AnswerSettings) throws(LoopError) {
        guard !settings.schema.isEmpty else { return }
        do throws(Unread) {
            _ = try JSONSchema(settings.schema)
        } catch {
            throw LoopError(.invalidConfiguration, "answer.schema: \(error.reason)")
        }
    }

    /// The one value after the cue.
    public func read(_ clause: Substring) -> AnswerReading { reading(clause, .clause) }

    /// The same where its end shows that it was whole.
    public func read(cut clause: Substring) -> AnswerReading { reading(clause, .cut) }

    /// Nothing but one value.
    public func referenceReading(_ text: String) -> AnswerReading { reading(text[...], .reference) }

    /// The released code reads no JSON.
    public func readAsAuthors(_ text: String) -> Answer? { nil }

    /// Nothing but one value; nil for `authors`.
    public func reference(_ text: String, profile: ExtractorProfile) -> Answer? {
        profile == .strict ? referenceReading(text).answer : nil
    }

    /// The canonical texts; with `answer.jsonVote` `fields` see `JSONFieldVote`.
    public func voteKeys(_ answers: [String?]) -> [String?] {
        switch vote {
        case .whole: answers
        case .fields: JSONFieldVote.keys(answers)
        }
    }

    private func reading(_ clause: Substring, _ source: JSONReader.Source) -> AnswerReading {
        do throws(Unread) {
            let schema = try self.schema.get()
            let value = try JSONReader.value(in: clause, as: source)
            if let fault = schema?.fault(of: value) { return .none(fault) }
            return .answer(Answer(canonical: value.canonical))
        } catch {
            return .none(error.reason)
        }
    }
}

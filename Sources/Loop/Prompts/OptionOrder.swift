/// The order in which a candidate saw the options of its question: theirs, moved on in a circle.
///
/// The order follows from the candidate's index and the number of options, so that it need not be stored:
/// candidate i sees rotation i mod n (`generate.permuteOptions`; method, section 9.5). Where candidates see
/// the question in several wordings, too, each wording comes with every order; see `QuestionView`.
public struct OptionOrder: Hashable, Sendable {
    /// By how many places the options are moved: what is shown first is the option at this place.
    public let rotation: Int
    /// How many options there are.
    public let count: Int

    /// Most options that have letters.
    static let mostOptions = 26

    /// The question's own order.
    public static let own = OptionOrder(rotation: 0, count: 0)

    /// Builds an order.
    public init(rotation: Int, count: Int) {
        self.rotation = rotation
        self.count = count
    }

    /// The options' letters, in the order in which they were shown.
    public var letters: [String] {
        (0..<count).compactMap { ChoiceReader.letter(of: ($0 + rotation) % count) }
    }

    /// The question as it was shown.
    public func shown(_ question: QuestionInput) -> QuestionInput {
        guard rotation != 0, question.choices.count == count else { return question }
        var shown = question
        shown.choices = (0..<count).map { question.choices[($0 + rotation) % count] }
        return shown
    }

    /// The option's own letter, from the letter that it was shown under; other texts stay as they are.
    public func own(_ letter: String) -> String { moved(letter, by: rotation) }

    /// The letter that an option was shown under, from its own.
    public func written(_ letter: String) -> String { moved(letter, by: count - rotation) }

    private func moved(_ letter: String, by places: Int) -> String {
        guard rotation != 0,
            let place = (0..<count).first(where: { ChoiceReader.letter(of: $0) == letter })
        else { return letter }
        return ChoiceReader.letter(of: (place + places) % count) ?? letter
    }
}

extension RoundConfiguration {
    /// Whether the candidates of a question see its options in several orders.
    public func permutesOptions(of question: QuestionInput) -> Bool {
        permutesOptions && (2...OptionOrder.mostOptions).contains(question.choices.count)
    }

    private var permutesOptions: Bool { generate.permuteOptions && vote.answerKind == .choice }

    /// Whether the candidates of another configuration have seen the options in the orders of this one.
    ///
    /// - Parameter other: The configuration that the candidates were written with.
    /// - Returns: False where they would be read under the letters of other options.
    public func hasOptionOrders(of other: RoundConfiguration) -> Bool {
        permutesOptions == other.permutesOptions
    }

    /// The order in which a candidate sees the options of its question.
    ///
    /// - Parameters:
    ///   - index: The candidate's index among those of its question.
    ///   - question: The question.
    /// - Returns: The question's own order, unless `generate.permuteOptions` is on.
    public func optionOrder(of index: Int, for question: QuestionInput) -> OptionOrder {
        guard permutesOptions(of: question) else { return .own }
        return view(of: index, for: question).order
    }

    /// Neighbouring candidates of one question by the order that they saw, each in order of index.
    func optionGroups(_ candidates: ArraySlice<Candidate>, of question: QuestionInput) -> [(
        order: OptionOrder, places: [Int]
    )] {
        guard permutesOptions(of: question) else { return [(.own, Array(candidates.indices))] }
        let groups = Dictionary(grouping: candidates.indices) {
            optionOrder(of: candidates[$0].index, for: question)
        }
        return groups.sorted { $0.key.rotation < $1.key.rotation }.map { ($0.key, $0.value) }
    }
}

extension AnswerExtractor {
    /// The same for texts that saw the options of its question in some order.
    func reading(_ order: OptionOrder, of question: QuestionInput) -> AnswerExtractor {
        guard order.rotation != 0 else { return self }
        var extractor = self
        extractor.take(order.shown(question))
        return extractor
    }
}

extension AnswerReading {
    /// The reading with the option's own letter.
    func own(_ order: OptionOrder) -> AnswerReading {
        guard order.rotation != 0, case .answer(let answer) = self else { return self }
        return .answer(Answer(canonical: order.own(answer.canonical)))
    }
}

/// How the question of a candidate was put to the model: in which words, with its options in which order.
///
/// It follows from the candidate's index, the question and the settings of its round, so that it need not be
/// stored: of w wordings and n orders of options candidate i sees wording i mod w and order ⌊i / w⌋ mod n
/// (`generate.views`, `generate.permuteOptions`).
public struct QuestionView: Hashable, Sendable {
    /// The place of its words among those of the question, 0 for the question's own.
    public let wording: Int
    /// The words; nil for the question's own.
    public let text: String?
    /// The order of the options.
    public let order: OptionOrder

    /// The question as it is.
    public static let own = QuestionView()

    /// Builds a view.
    public init(wording: Int = 0, text: String? = nil, order: OptionOrder = .own) {
        self.wording = wording
        self.text = text
        self.order = order
    }

    /// The question as it was shown.
    public func shown(_ question: QuestionInput) -> QuestionInput {
        var shown = order.shown(question)
        if let text { shown.text = text }
        return shown
    }

    /// Tells apart the views of one question; the rotation of its options where its words are its own.
    public var number: Int { order.rotation + wording * OptionOrder.mostOptions }
}

/// Which words of a question its candidates are spread over (`generate.views`).
public enum ViewRule: String, SettingChoice {
    /// Its own alone.
    case none
    /// Its own and its variants, or what the model wrote where there are none (`generate.paraphrases`).
    case variants
    /// Its own and orders of its terms.
    case terms
    /// Its own, its variants, then orders of its terms.
    case all
}

/// Under which words of its question a candidate is scored and trained on (`finetune.wording`).
public enum TrainedWording: String, SettingChoice {
    /// The question's own.
    case question
    /// Those that it answered.
    case seen
}

extension RoundConfiguration {
    /// Whether the candidates of a question may see it in several ways, so that it has several requests.
    public var asksInViews: Bool { generate.permuteOptions || generate.views != .none }

    /// The words that a question's candidates are spread over, its own first, each once.
    public func wordings(of question: QuestionInput) -> [String] {
        let (rule, most) = (generate.views, generate.viewCount)
        var wordings = [question.text]
        if rule == .variants || rule == .all {
            for variant in question.variants where !wordings.contains(variant) { wordings.append(variant) }
            // Kept ones are unlike each other and the question.
            if question.variants.isEmpty { wordings += question.paraphrases.prefix(generate.paraphrases) }
        }
        if rule == .terms || (rule == .all && wordings.count < most) {
            let room = rule == .all ? most - wordings.count + 1 : most
            for text in TermOrders.texts(of: question.text, most: room) where !wordings.contains(text) {
                wordings.append(text)
            }
        }
        return Array(wordings.prefix(most))
    }

    /// How a candidate sees its question.
    ///
    /// - Parameters:
    ///   - index: The candidate's index among those of its question.
    ///   - question: The question.
    /// - Returns: The question's own view, unless the settings ask for several.
    public func view(of index: Int, for question: QuestionInput) -> QuestionView {
        view(of: index, among: wordings(of: question), for: question)
    }

    /// Under which view of its question a candidate is scored and trained on: with the options as it saw
    /// them, so that letters and options agree.
    public func trainedView(of index: Int, for question: QuestionInput) -> QuestionView {
        finetune.wording == .seen
            ? view(of: index, for: question) : QuestionView(order: optionOrder(of: index, for: question))
    }

    /// The number of the view that a candidate is scored and trained under; 0 where its question is not
    /// known.
    func viewNumber(of candidate: Candidate, for question: QuestionInput?) -> Int {
        guard asksInViews, let question else { return 0 }
        return trainedView(of: candidate.index, for: question).number
    }

    /// The numbers of the views that candidates of one question saw, in order; 0 where it is not known.
    func seenViews(of candidates: ArraySlice<Candidate>, for question: QuestionInput?) -> [Int] {
        guard asksInViews, let question else { return candidates.map { _ in 0 } }
        let wordings = wordings(of: question)
        return candidates.map { view(of: $0.index, among: wordings, for: question).number }
    }

    /// The views that the first candidates of a question see, one for each way to see it, by their first
    /// candidate.
    func views(of candidates: Int, for question: QuestionInput) -> [QuestionView] {
        let wordings = wordings(of: question)
        let count = wordings.count * (permutesOptions(of: question) ? question.choices.count : 1)
        return (0..<max(min(count, candidates), 1)).map { view(of: $0, among: wordings, for: question) }
    }

    /// How many candidates of a question it takes to see it in every way.
    func viewCount(of question: QuestionInput) -> Int {
        wordings(of: question).count * (permutesOptions(of: question) ? question.choices.count : 1)
    }

    /// Neighbouring candidates of one question by the view that they are scored and trained under, each in
    /// order of index.
    func trainedGroups(_ candidates: ArraySlice<Candidate>, of question: QuestionInput) -> [(
        view: QuestionView, places: [Int]
    )] {
        guard asksInViews else { return [(.own, Array(candidates.indices))] }
        let groups = Dictionary(grouping: candidates.indices) {
            trainedView(of: candidates[$0].index, for: question)
        }
        return groups.sorted { $0.key.number < $1.key.number }.map { ($0.key, $0.value) }
    }

    private func view(of index: Int, among wordings: [String], for question: QuestionInput) -> QuestionView {
        let wording = index % wordings.count
        let order: OptionOrder
        if permutesOptions(of: question) {
            let count = question.choices.count
            order = OptionOrder(rotation: index / wordings.count % count, count: count)
        } else {
            order = .own
        }
        return QuestionView(
            wording: wording,
            text: wording == 0 ? nil : wordings[wording],
            order: order
        )
    }
}

extension RoundConfiguration {
    /// The settings of a round that begins from a checkpoint: without views where the base model is not to be
    /// asked in them.
    ///
    /// - Parameter parent: The checkpoint.
    /// - Returns: The settings that the round records.
    public func viewed(by parent: CheckpointID) -> RoundConfiguration {
        guard parent == .base, !generate.viewsFromBase else { return self }
        var own = self
        own.generate.views = .none
        own.generate.paraphrases = 0
        return own
    }
}

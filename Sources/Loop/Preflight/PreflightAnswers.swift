import Foundation

/// What the model wrote for some questions at one temperature, and what was read in it.
struct PreflightAnswers: Sendable {
    /// The questions, in order.
    let questions: [Question]
    /// As many texts per question.
    let texts: [GeneratedText]
    /// One per text.
    let readings: [AnswerReading]
    /// Seconds it took to write them.
    let seconds: Double
    /// The texts of questions with a readable reference that equal it.
    let accuracy: Accuracy

    /// Reads texts.
    ///
    /// - Parameters:
    ///   - questions: The questions.
    ///   - texts: The same number of texts for each, in their order.
    ///   - seconds: How long it took to write them.
    ///   - judged: What a judge outside has read, one per text; nil reads here.
    ///   - permutesOptions: Whether the texts saw the options of their question as a round's candidates do.
    ///   - configuration: How answers are read.
    ///   - kinds: The answer kinds there are.
    /// - Throws: `LoopError` `invalid_configuration` when there is no such answer kind.
    init(
        _ questions: [Question],
        _ texts: [GeneratedText],
        seconds: Double = 0,
        judged: [AnswerReading]? = nil,
        permutesOptions: Bool = false,
        configuration: RoundConfiguration,
        kinds: AnswerKinds = .standard
    ) throws(LoopError) {
        var extractor = try AnswerExtractor(configuration: configuration, kinds: kinds)
        let perQuestion = texts.count / max(questions.count, 1)
        var readings: [AnswerReading] = []
        var (referenceCount, rightCount) = (0, 0)
        for (place, question) in questions.enumerated() {
            extractor.take(question.content)
            let reference = question.content.answer.flatMap(extractor.reference)
            for index in place * perQuestion..<(place + 1) * perQuestion {
                let text = texts[index]
                let order =
                    permutesOptions
                    ? configuration.optionOrder(of: text.index, for: question.content) : .own
                let reading =
                    judged?[index]
                    ?? extractor.reading(order, of: question.content)
                    .reading(of: text.text, isCut: text.finish == .length).own(order)
                readings.append(reading)
                guard let reference else { continue }
                referenceCount += 1
                let isRight = reading.answer.map { extractor.kind.isRight($0, reference) } ?? false
                rightCount += isRight ? 1 : 0
            }
        }
        self.questions = questions
        self.texts = texts
        self.readings = readings
        self.seconds = seconds
        accuracy = Accuracy(rightCount: rightCount, of: referenceCount)
    }

    /// How many texts gave an answer, and why others gave none.
    var reading: PreflightReading {
        var groups: [String: (reasons: Set<String>, count: Int, first: Int)] = [:]
        for (place, reading) in readings.enumerated() {
            guard case .none(let reason) = reading else { continue }
            groups[reason.withoutQuotations, default: ([], 0, place)].reasons.insert(reason)
            groups[reason.withoutQuotations]?.count += 1
        }
        let frequent = groups.sorted { ($1.value.count, $0.value.first) < ($0.value.count, $1.value.first) }
        return PreflightReading(
            count: readings.count,
            parsedCount: readings.count { $0.answer != nil },
            unread: frequent.prefix(3).map { key, group in
                PreflightReading.Unread(
                    reason: group.reasons.count == 1 ? group.reasons.first ?? key : key,
                    count: group.count,
                    example: texts[group.first].text.shortened
                )
            }
        )
    }

    /// How long the texts are.
    func lengths(maxNewTokens: Int) -> PreflightLengths {
        let counts = texts.map(\.tokenCount).sorted()
        let total = Double(max(counts.count, 1))
        // The smallest length that at least 95 % do not exceed.
        let rank = max(Int((0.95 * Double(counts.count) - 1e-9).rounded(.up)), 1)
        return PreflightLengths(
            meanTokenCount: Double(counts.reduce(0, +)) / total,
            percentile95: counts.isEmpty ? 0 : counts[rank - 1],
            maxNewTokens: maxNewTokens,
            stopShare: Double(texts.count { $0.finish == .stop }) / total
        )
    }
}

extension String {
    /// The text with an ellipsis in place of what is in double quotes.
    fileprivate var withoutQuotations: String { replacing(/"[^"]*"/, with: "\"…\"") }

    /// The text on one line, without control characters, with at most 60 characters.
    fileprivate var shortened: String {
        let plain = String(
            String.UnicodeScalarView(
                unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }
            )
        )
        let words = plain.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return words.count > 60 ? words.prefix(59) + "…" : words
    }
}

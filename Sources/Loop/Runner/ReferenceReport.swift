/// Comparisons with reference answers.
///
/// They go into the report and nowhere else.
enum ReferenceReport {
    /// Share of parsed answers that equal the reference, per extractor profile; nil without references.
    static func candidateAccuracy(
        _ candidates: [Candidate],
        questions: [QuestionID: Question],
        configuration: RoundConfiguration
    ) -> [String: Double]? {
        var shares: [String: Double] = [:]
        for profile in ExtractorProfile.allCases {
            var (parsed, right) = (0, 0)
            for group in candidates.groupedByQuestion {
                guard let question = group.first.flatMap({ questions[$0.question]?.content }) else {
                    continue
                }
                let extractor = AnswerExtractor(
                    configuration: configuration,
                    question: question,
                    profile: profile
                )
                guard let reference = question.answer.flatMap(extractor.reference) else { continue }
                for answer in group.compactMap({ extractor.answer(in: $0.text) }) {
                    parsed += 1
                    right += answer == reference ? 1 : 0
                }
            }
            if parsed > 0 { shares[profile.rawValue] = Double(right) / Double(parsed) }
        }
        return shares.isEmpty ? nil : shares
    }

    /// Tells whether a candidate's stored answer is right; nil without a readable reference.
    static func judge(
        questions: [QuestionID: Question],
        configuration: RoundConfiguration
    ) -> @Sendable (Candidate) -> Bool? {
        let references = questions.compactMapValues { question in
            question.content.answer.flatMap {
                AnswerExtractor(configuration: configuration, question: question.content).reference($0)
            }
        }
        return { candidate in
            references[candidate.question].map { candidate.answer == $0.canonical }
        }
    }

    /// Right share of the kept candidates that have a reference; nil without one.
    static func selectedAccuracy(_ kept: [Candidate], isRight: (Candidate) -> Bool?) -> Double? {
        let judged = kept.compactMap(isRight)
        return judged.isEmpty ? nil : Double(judged.count { $0 }) / Double(judged.count)
    }

    /// Weighed candidates with a reference in the five bins of the method's section 7; nil without any.
    static func bins(_ candidates: [Candidate], isRight: (Candidate) -> Bool?) -> [DSBin]? {
        let edges = [1, 1.1, 1.3, 1.5, 2]
        var bins = edges.map { DSBin(lower: $0) }
        for candidate in candidates {
            guard let weight = candidate.dsWeight, let isRight = isRight(candidate) else { continue }
            let place = (edges.firstIndex { weight < $0 } ?? edges.count) - 1
            bins[max(place, 0)].count += 1
            bins[max(place, 0)].rightCount += isRight ? 1 : 0
        }
        return bins.allSatisfy { $0.count == 0 } ? nil : bins
    }
}

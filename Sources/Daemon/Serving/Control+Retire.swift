package import ControlAPI
package import Loop
package import Store

extension Control {
    /// The questions that are out of use.
    package func retired(split: Split?, limit: Int?) async throws -> RetiredReply {
        let records = try await parts.store.questionRecords().filter(\.isRetired)
            .filter { split == nil || $0.question.content.split == split }
        let limit = min(limit ?? ControlLimits.defaultListSize, ControlLimits.maximumListSize)
        return RetiredReply(
            questions: records.prefix(limit).map {
                RetiredItem($0.question, retiredAt: $0.retiredAt, lastRound: $0.lastRound)
            },
            totalCount: records.count,
            counts: Self.words(try await parts.store.questionCounts())
        )
    }

    /// Takes questions out of use from the next round on, or puts them back.
    package func retire(_ request: RetireRequest, key: RequestKey?) async throws -> RetireReply {
        let settings = parts.current.value
        return try await parts.loop.changeQuestions(unless: request.isDryRun) { [store = parts.store] in
            let choice = try RetireChoice(request, try await store.questionRecords(), settings)
            let reply: @Sendable (RetirementChange) -> RetireReply = { change in
                RetireReply(change, request, choice.warnings + Self.warnings(change))
            }
            let change = try await store.retire(
                choice.ids,
                isBack: request.isBack,
                isDryRun: request.isDryRun,
                receipt: key.map { Receipt($0) { try ControlCoding.encode(reply($0)) } },
                check: { change in try Self.check(change, settings.round) },
                event: Self.event
            )
            return reply(change)
        }
    }

    /// Counts under the words that splits have on the wire.
    static func words(_ counts: [Split: Int]) -> [String: Int] {
        Dictionary(counts.map { ($0.key.rawValue, $0.value) }) { first, _ in first }
    }

    /// Refuses to leave a split empty that a round needs.
    private static func check(_ change: RetirementChange, _ round: RoundConfiguration) throws {
        guard !change.isBack else { return }
        let splits = Set(change.questions.map(\.content.split))
        func isEmptied(_ split: Split) -> Bool {
            splits.contains(split) && change.counts[split, default: 0] == 0
        }
        let hasValid = change.counts[.valid, default: 0] > 0
        if isEmptied(.train) { throw emptied(.train, "a round trains on them", "") }
        if isEmptied(.valid), !SelectionChain(round).needingValid.isEmpty, !round.select.allowEmptyValid {
            throw emptied(
                .valid,
                "select.policy \(round.select.title) needs them",
                ", or set select.allowEmptyValid to true"
            )
        }
        if isEmptied(.gate) || isEmptied(.valid), change.counts[.gate, default: 0] == 0, !hasValid {
            throw emptied(isEmptied(.gate) ? .gate : .valid, "the gate decides on them", "")
        }
    }

    private static func emptied(_ split: Split, _ why: String, _ or: String) -> Problem {
        Problem(
            .invalid,
            "no \(split.rawValue) question would be left in use: \(why)",
            hint:
                "add others first: \"autodidact add FILE --split \(split.rawValue)\"\(or); to stop the loop, "
                + "\"autodidact pause\""
        )
    }

    private static func warnings(_ change: RetirementChange) -> [String] {
        let splits = Set(change.questions.map(\.content.split))
        guard !change.isBack else { return [] }
        var warnings: [String] = []
        if splits.contains(.gate), change.counts[.gate, default: 0] == 0 {
            let count = change.counts[.valid, default: 0]
            warnings.append(
                "no gate question is left in use: the gate decides on the \(count) valid questions"
            )
        }
        if !splits.isDisjoint(with: [.gate, .test]) {
            warnings.append("accuracies of checkpoints are taken again on the questions that are left")
        }
        return warnings
    }

    private static func event(_ change: RetirementChange) -> RoundEvent {
        let count = change.questions.count
        let splits = Split.allCases.compactMap { split in
            let count = change.questions.count { $0.content.split == split }
            return count > 0 ? "\(count) \(split.rawValue)" : nil
        }
        let message =
            "\(splits.joined(separator: ", ")) question\(count == 1 ? "" : "s") "
            + (change.isBack ? "back in use" : "out of use")
            + " from round \(change.firstRound) on: \(RetiredCheck.list(change.questions.map(\.id)))"
        return RoundEvent(.questionsRetired, message: message)
    }
}

extension RetireReply {
    /// What the store did, or would do.
    fileprivate init(_ change: RetirementChange, _ request: RetireRequest, _ warnings: [String]) {
        self.init(
            isBack: change.isBack,
            isDryRun: request.isDryRun,
            ids: change.questions.map(\.id),
            questions: change.questions.prefix(ControlLimits.shownQuestionCount).map { RetiredItem($0) },
            unchanged: change.unchanged,
            firstRound: change.firstRound,
            counts: Control.words(change.counts),
            warnings: warnings.isEmpty ? nil : warnings
        )
    }
}

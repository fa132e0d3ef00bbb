import ControlAPI
import Loop
import Store

/// Which questions a request means.
struct RetireChoice {
    /// Their numbers.
    private(set) var ids: [QuestionID] = []
    /// What deserves attention.
    private(set) var warnings: [String] = []

    private let request: RetireRequest
    /// What is not as asked for yet, of the split if one is named.
    private let pool: [Question]

    /// Finds them.
    ///
    /// - Parameters:
    ///   - request: By number, file, lines, text, or what the files no longer hold.
    ///   - records: The journal's questions.
    ///   - settings: They name the configured files.
    ///   - ruler: Measures prompts for the model that runs.
    /// - Throws: `Problem` `usage` for a request that says nothing or too much, `invalid` where nothing or
    ///   too much is meant.
    init(
        _ request: RetireRequest,
        _ records: [QuestionRecord],
        _ settings: DaemonSettings,
        ruler: PromptRuler?
    ) throws {
        self.request = request
        let isMeant = { (record: QuestionRecord) in
            request.split == nil || record.question.content.split == request.split
        }
        pool = records.filter { $0.isRetired == request.isBack && isMeant($0) }.map(\.question)
        let ways = [
            request.ids != nil, request.file != nil, request.lines != nil, request.text != nil,
            request.isGone == true,
        ]
        guard ways.count(where: { $0 }) == 1 else {
            throw Problem(
                .usage,
                "which questions is not said in one way",
                hint: "give one of \"ids\", \"file\", \"lines\", \"text\" and \"is_gone\""
            )
        }
        if let numbers = request.ids {
            ids = try Self.known(numbers, records, request.split)
        } else if let file = request.file {
            ids = pool.filter { GoneQuestions.file(of: $0.content.origin) == file }.map(\.id)
            try expectSome("comes from \(file)")
        } else if let lines = request.lines {
            try choose(lines)
        } else if let text = request.text {
            try choose(text)
        } else {
            guard !request.isBack else {
                throw Problem(
                    .usage,
                    "\"is_gone\" with \"is_back\" names no question",
                    hint: "give one of the two"
                )
            }
            let gone = try GoneQuestions(CheckedSettings(settings, ruler: ruler), records).questions
            ids = gone.filter { request.split == nil || $0.content.split == request.split }.map(\.id)
        }
    }

    private static func known(_ ids: [QuestionID], _ records: [QuestionRecord], _ split: Split?) throws
        -> [QuestionID]
    {
        let splits = Dictionary(records.map { ($0.question.id, $0.question.content.split) }) { first, _ in
            first
        }
        let faults = ids.compactMap { id -> String? in
            guard let found = splits[id] else { return "there is no question \(id)" }
            guard let split, found != split else { return nil }
            return "question \(id) is of split \(found.rawValue), not \(split.rawValue)"
        }
        guard let first = faults.first else { return ids }
        throw Problem(
            .invalid,
            first,
            hint: "\"autodidact candidates\" and \"autodidact retire --list\" show numbers",
            faults: faults.count > 1 ? Array(faults.prefix(ControlLimits.faultCount)) : nil
        )
    }

    private mutating func choose(_ lines: [QuestionLine]) throws {
        let keys = Dictionary(grouping: pool) { QuestionText.key(of: $0.content) }
        let asked = lines.map { QuestionText.key(of: $0.input(split: .train, origin: "")) }
        ids = Set(asked).flatMap { keys[$0] ?? [] }.map(\.id).sorted()
        try expectSome("is in the file")
        let missing = asked.count { keys[$0] == nil }
        if missing > 0 {
            warnings.append(
                "\(missing) of \(asked.count) lines \(missing == 1 ? "is no question" : "are no questions") \(state)"
            )
        }
    }

    private mutating func choose(_ text: String) throws {
        let wanted = QuestionText.normalised(text)
        let found = pool.filter { QuestionText.normalised($0.content.text) == wanted }
        ids = found.map(\.id)
        try expectSome("has the text \"\(text)\"")
        guard ids.count == 1 || request.isAll == true else {
            throw Problem(
                .invalid,
                "\(found.count) questions \(state) have the text \"\(text)\"",
                hint: "give their numbers, or --all for all of them",
                faults: found.prefix(ControlLimits.faultCount).map { question in
                    let choices =
                        question.content.choices.isEmpty
                        ? "" : ": " + question.content.choices.joined(separator: " | ")
                    return
                        "\(question.id), \(question.content.split.rawValue), \(question.content.origin)\(choices)"
                }
            )
        }
    }

    private var state: String {
        (request.isBack ? "out of use" : "in use") + (request.split.map { " in split \($0.rawValue)" } ?? "")
    }

    private func expectSome(_ what: String) throws {
        guard ids.isEmpty else { return }
        throw Problem(
            .invalid,
            "no question \(state) \(what)",
            hint: request.isBack
                ? "\"autodidact retire --list\" shows those out of use"
                : "\"autodidact retire --list\" shows those out of use, \"autodidact candidates\" those of a round"
        )
    }
}

/// Questions without repeats, with what dividing them needs to know.
struct DraftPool {
    /// The questions.
    private(set) var drafts: [QuestionDraft]
    /// For each the first of its group of near duplicates; itself when it has none.
    private(set) var groups: [Int]
    /// The canonical reference; nil without one.
    private(set) var references: [String?]
    /// The rationale as the valid set wants it; nil without one.
    private(set) var worked: [String?]
    private var tokens: [QuestionTokens]

    init(_ drafts: [QuestionDraft], check: AnswerCheck) {
        self.drafts = drafts
        groups = Array(drafts.indices)
        references = drafts.map(check.canonical)
        worked = drafts.map(check.worked)
        tokens = drafts.map(QuestionTokens.init)
    }

    /// Removes questions that are there again, and all of those whose copies have another answer.
    mutating func removeRepeats(_ log: inout DropLog) {
        var places: [String: [Int]] = [:]
        var order: [String] = []
        for place in drafts.indices {
            let key = tokens[place].key
            if places[key] == nil { order.append(key) }
            places[key, default: []].append(place)
        }
        var kept = Array(repeating: true, count: drafts.count)
        for same in order.compactMap({ places[$0] }) where same.count > 1 {
            let answers = same.filter { references[$0] != nil }
            if let first = answers.first,
                let other = answers.first(where: { references[$0] != references[first] })
            {
                let example =
                    "\(drafts[first].answer ?? "") there, \(drafts[other].answer ?? "") at \(drafts[other].origin)"
                for place in same {
                    kept[place] = false
                    log.add("that are there again with another answer", drafts[place].origin, example)
                }
                continue
            }
            let best = same.max { weight($0) < weight($1) } ?? same[0]
            for place in same where place != best {
                kept[place] = false
                let isElsewhere = drafts[place].split != drafts[best].split
                let example = "\(drafts[best].origin): \(drafts[best].text)"
                log.add(
                    isElsewhere ? "that are in another split, too" : "that are there twice",
                    drafts[place].origin,
                    example
                )
            }
        }
        keep(kept)
    }

    /// Groups near duplicates.
    ///
    /// Those of a held-out file stay there, and their like elsewhere are removed.
    ///
    /// - Returns: A note if there are any.
    mutating func keepNearTogether(_ log: inout DropLog) -> [String] {
        groups = NearDuplicates.groups(tokens.map { $0.text + $0.options.flatMap { $0 } })
        let members = Dictionary(grouping: groups.indices, by: { groups[$0] })
        var kept = Array(repeating: true, count: drafts.count)
        var (count, example) = (0, "")
        for first in members.keys.sorted() {
            guard let group = members[first], group.count > 1 else { continue }
            let best = group.max { rank($0) < rank($1) } ?? first
            for place in group where drafts[place].split != drafts[best].split {
                if drafts[best].split == .train {
                    drafts[place].split = .train
                    continue
                }
                kept[place] = false
                log.add(
                    "that are nearly the same as one of a held-out file",
                    drafts[place].origin,
                    "\(drafts[best].origin): \(drafts[best].text)"
                )
            }
            let left = group.filter { kept[$0] }
            guard left.count > 1 else { continue }
            count += left.count
            if example.isEmpty { example = "\(drafts[left[0]].origin) and \(drafts[left[1]].origin)" }
        }
        keep(kept)
        guard count > 0 else { return [] }
        return [
            "\(Plain.count(count)) questions are nearly the same as another, such as \(example); each group stays in one split"
        ]
    }

    /// Removes the others; a group is named by the first of it that is left.
    private mutating func keep(_ kept: [Bool]) {
        let places = drafts.indices.filter { kept[$0] }
        guard places.count < drafts.count else { return }
        var names: [Int: Int] = [:]
        for (new, old) in places.enumerated() where names[groups[old]] == nil { names[groups[old]] = new }
        groups = places.map { names[groups[$0]] ?? 0 }
        drafts = places.map { drafts[$0] }
        references = places.map { references[$0] }
        worked = places.map { worked[$0] }
        tokens = places.map { tokens[$0] }
    }

    /// Test is kept before gate, gate before valid: what decides nothing must not be spoilt.
    private func rank(_ place: Int) -> Int {
        switch drafts[place].split {
        case .test: 4
        case .gate: 3
        case .valid: 2
        case .train: 1
        case nil: 0
        }
    }

    /// Of the same rank one with a rationale is kept, then one with an answer, then the first.
    private func weight(_ place: Int) -> Int {
        let content = (worked[place] != nil ? 2 : 0) + (references[place] != nil ? 1 : 0)
        return (rank(place) * 4 + content) * drafts.count + drafts.count - 1 - place
    }
}

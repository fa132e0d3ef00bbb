/// Divides questions between the splits and chooses the worked examples.
struct SplitFill {
    let pool: DraftPool
    let settings: ImportSettings
    let check: AnswerCheck

    /// Most different answers of a set whose labels are balanced.
    static let labelLimit = 20

    /// Fills splits, worked examples and the questions without a rationale.
    func fill(_ result: inout ImportResult, _ log: inout DropLog) throws(QuestionFile.Fault) {
        let drafts = pool.drafts
        let given = Set(result.sources.compactMap(\.split))
        if let twice = Split.allCases.first(where: {
            given.contains($0) && $0 != .train && settings.plan.sizes[$0] != nil
        }) {
            throw QuestionFile.Fault(
                "--split gives a size for \(twice.rawValue), and --\(twice.rawValue) a file",
                hint: "leave one of them out"
            )
        }
        var places: [Split: [Int]] = [:]
        for (place, draft) in drafts.enumerated() {
            guard let split = draft.split else { continue }
            guard split == .train || pool.references[place] != nil else {
                log.add("of a held-out file without an answer", draft.origin)
                continue
            }
            guard split != .valid || pool.worked[place] != nil else {
                result.todo.append(draft.input(.valid))
                continue
            }
            places[split, default: []].append(place)
        }
        let free = drafts.indices.filter { drafts[$0].split == nil }
        let labels = Self.labels(pool.references, among: free)
        let units = Dictionary(grouping: free, by: { pool.groups[$0] })
        var draw = StratifiedDraw(
            units.keys.sorted().compactMap { units[$0] },
            label: { labels[$0] ?? "" },
            seed: settings.seed
        )
        let isWorked: ([Int]) -> Bool = { $0.allSatisfy { pool.worked[$0] != nil } }
        let isLabelled: ([Int]) -> Bool = { $0.allSatisfy { pool.references[$0] != nil } }
        let workedCount = free.reduce(0) { $0 + (pool.worked[$1] == nil ? 0 : 1) }
        let counts = settings.plan.counts(
            pool: free.count,
            worked: workedCount,
            splits: Set([.valid, .gate, .test]).subtracting(given)
        )
        places[.valid, default: []] += draw.take(counts[.valid] ?? 0, where: isWorked)
        // Without rationales an answer alone still shows the form.
        let isBare = workedCount == 0 && settings.allowsBareShots
        let isShown: ([Int]) -> Bool = { isBare ? $0.allSatisfy { bare($0) != nil } : isWorked($0) }
        let reserved = draw.take(
            reserve(of: isBare ? free.count : workedCount - (counts[.valid] ?? 0), pool: free.count),
            where: { $0.count == 1 && isShown($0) }
        )
        for split in [Split.test, .gate] {
            places[split, default: []] += draw.take(counts[split] ?? 0, where: isLabelled)
        }
        let isUnworked = workedCount == 0 && !given.contains(.valid)
        if isUnworked {
            let todo = draw.take(todoCount(counts[.valid] ?? 0, of: free.count), where: isLabelled)
            result.todo += todo.sorted().map { drafts[$0].input(.valid) }
        }
        let picked = shots(reserved, places)
        result.shots = picked.map(shot)
        places[.train, default: []] += reserved.filter { !picked.contains($0) } + draw.rest()
        limitTrain(&places, &log)
        for split in Split.allCases {
            result.splits[split] = (places[split] ?? []).sorted().map(question(split))
        }
        for split in [Split.valid, .gate, .test] {
            guard let wanted = counts[split], let got = places[split]?.count, got < wanted else { continue }
            if split == .valid && isUnworked { continue }
            let what = split == .valid ? "a rationale that ends in their answer" : "an answer"
            result.notes.append(
                "\(split.rawValue) gets \(Plain.count(got)) of the \(Plain.count(wanted)) questions that it should have: "
                    + "too few are left with \(what), or near duplicates keep them together"
            )
        }
        if result.shots.isEmpty { result.shots = shots(places[.valid] ?? [], places).map(question(.valid)) }
        if let leak = LeakCheck.findings(in: Split.allCases.flatMap { result.splits[$0] ?? [] }).errors.first
        {
            throw QuestionFile.Fault(leak.message, hint: "remove one of the two lines")
        }
    }

    /// The answers if they are few, so that each split gets its share of each.
    private static func labels(_ references: [String?], among places: [Int]) -> [Int: String] {
        let known = places.compactMap { place in references[place].map { (place, $0) } }
        let different = Set(known.map(\.1)).count
        guard different <= labelLimit, different * 4 <= known.count else { return [:] }
        return Dictionary(uniqueKeysWithValues: known)
    }

    /// How many questions wait for a rationale; by default few enough to write them by hand.
    private func todoCount(_ wanted: Int, of free: Int) -> Int {
        settings.plan.sizes[.valid] == nil ? min(SplitPlan.leastValid * 2, free / 10) : wanted
    }

    private func limitTrain(_ places: inout [Split: [Int]], _ log: inout DropLog) {
        let wanted: Int
        switch settings.plan.sizes[.train] {
        case .count(let count): wanted = count
        case .share(let share):
            let shares = settings.plan.sizes.values.reduce(0.0) {
                if case .share(let one) = $1 { $0 + one } else { $0 }
            }
            // Shares that are everything together leave nothing over.
            wanted = shares > 0.999 ? .max : Int((share * Double(pool.drafts.count)).rounded())
        case nil: return
        }
        for place in (places[.train] ?? []).dropFirst(wanted).sorted() {
            log.add("that --split leaves over", pool.drafts[place].origin)
        }
        places[.train] = Array((places[.train] ?? []).prefix(wanted))
    }

    func question(_ split: Split) -> (Int) -> QuestionInput {
        { place in
            var draft = pool.drafts[place]
            draft.rationale = pool.worked[place] ?? draft.rationale
            // Gate and test need none, and files with one look as if it were used.
            if split == .gate || split == .test { draft.rationale = nil }
            return draft.input(split)
        }
    }
}

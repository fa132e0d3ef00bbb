/// Which questions become worked examples.
extension SplitFill {
    /// Three for each worked example that is wanted, since some may hold a held-out question; a small set
    /// keeps its questions.
    func reserve(of worked: Int, pool: Int) -> Int {
        max(0, min(worked, settings.shotCount * 3, pool / 10))
    }

    /// Short ones with answers that differ, and nothing of a held-out question in them.
    func shots(_ places: [Int], _ splits: [Split: [Int]]) -> [Int] {
        guard settings.shotCount > 0, !places.isEmpty else { return [] }
        let heldOut = [Split.gate, .test].flatMap { split in (splits[split] ?? []).map(question(split)) }
        func length(_ place: Int) -> Int {
            pool.drafts[place].text.utf8.count + (pool.worked[place]?.utf8.count ?? 0)
        }
        let middle = places.map(length).sorted()[places.count / 2]
        let order = places.filter { length($0) <= middle } + places.filter { length($0) > middle }
        var (picked, answers): ([Int], Set<String>) = ([], [])
        for isStrict in [true, false] {
            for place in order where picked.count < settings.shotCount && !picked.contains(place) {
                let answer = pool.references[place] ?? ""
                guard !isStrict || !answers.contains(answer) else { continue }
                let text = ImportResult.shotsText(of: [shot(place)])
                guard ShotsCheck.findings(of: heldOut, in: text).errors.isEmpty else { continue }
                answers.insert(answer)
                picked.append(place)
            }
        }
        return picked
    }

    func bare(_ place: Int) -> String? { check.bare(pool.drafts[place]) }

    /// A question as a worked example.
    func shot(_ place: Int) -> QuestionInput {
        var question = question(.train)(place)
        question.rationale = pool.worked[place] ?? bare(place)
        return question
    }
}

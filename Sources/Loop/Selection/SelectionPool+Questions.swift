extension SelectionPool {
    /// Places of each question's candidates, in order of the questions.
    var questions: [Range<Int>] { candidates.groupedByQuestion.map(\.indices) }

    /// A question's votes, counted as phase `vote` counts them.
    func tally(of places: Range<Int>) -> VoteTally {
        MajorityVote(settings: VoteSettings()).tally(voteKeys(candidates[places]))
    }

    /// Places that no filter has dropped.
    func open(in places: Range<Int>) -> [Int] { places.filter { verdicts[$0] == .open } }

    /// The distinct texts among some places of one question, in order of their first candidate, each with the
    /// places that have it.
    func distinctTexts(in places: [Int]) -> [(text: String, places: [Int])] {
        var texts: [(text: String, places: [Int])] = []
        var known: [TextKey: Int] = [:]
        for place in places {
            let candidate = candidates[place]
            let key = TextKey(
                question: candidate.question,
                text: candidate.text,
                view: view(candidate)
            )
            if let index = known[key] {
                texts[index].places.append(place)
            } else {
                known[key] = texts.count
                texts.append((candidate.text, [place]))
            }
        }
        return texts
    }
}

/// The field-wise vote on objects.
///
/// For each top-level field the value that most objects give wins; a missing field is a value, too, and a tie
/// goes to the first. Objects that hold every winning value are the winner if there are at least two of them:
/// then answers that are as frequent are counted one by one, so that none of them outvotes the winner.
/// Otherwise the values vote as wholes.
enum JSONFieldVote {
    /// One key per candidate.
    static func keys(_ answers: [String?]) -> [String?] {
        let objects = answers.map { $0.flatMap(fields) }
        let winner = winner(of: objects.compactMap { $0 })
        let wins = objects.map { $0 != nil && $0 == winner }
        let count = wins.count { $0 }
        guard count > 1 else { return answers }
        var counts: [String: Int] = [:]
        for answer in answers.compactMap({ $0 }) { counts[answer, default: 0] += 1 }
        return answers.indices.map { place in
            guard let answer = answers[place], !wins[place], counts[answer, default: 0] >= count else {
                return answers[place]
            }
            // No canonical text holds a line feed.
            return "\(answer)\n\(place)"
        }
    }

    private static func fields(_ text: String) -> [String: JSONTree]? {
        var parser = JSONParser(Array(text.utf8))
        guard let members = (try? parser.value())?.members else { return nil }
        return Dictionary(members.map { ($0.name, $0.value) }) { first, _ in first }
    }

    private static func winner(of objects: [[String: JSONTree]]) -> [String: JSONTree] {
        var winner: [String: JSONTree] = [:]
        for name in Set(objects.flatMap(\.keys)) {
            var counts: [JSONTree?: (count: Int, first: Int)] = [:]
            for (place, object) in objects.enumerated() {
                counts[object[name], default: (0, place)].count += 1
            }
            let best = counts.max { ($0.value.count, $1.value.first) < ($1.value.count, $0.value.first) }
            if let value = best?.key { winner[name] = value }
        }
        return winner
    }
}

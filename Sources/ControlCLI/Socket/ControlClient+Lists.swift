import ControlAPI
import Loop

extension ControlClient {
    /// The newest rounds in order of number, page by page if there are many.
    ///
    /// - Parameters:
    ///   - count: How many; nil takes the daemon's default.
    ///   - outcome: Only rounds with this outcome; nil takes all.
    /// - Returns: The rounds, and how many there are.
    /// - Throws: `Problem`.
    func rounds(newest count: Int?, outcome: Outcome? = nil) async throws(Problem) -> RoundsReply {
        guard let count, count > ControlLimits.maximumPageSize else {
            return try await page(limit: count, outcome: outcome)
        }
        // The daemon sends either the newest page or what comes after a round, so this reads upwards.
        var reply = try await page(limit: ControlLimits.maximumPageSize, outcome: outcome)
        let newest = reply.rounds.last?.id ?? RoundID(rawValue: 0)
        guard reply.rounds.count < reply.totalCount ?? 0 else { return reply }
        reply.rounds = []
        // Rounds are numbered without gaps; of one outcome there may be fewer than numbers.
        var after = outcome == nil ? max(0, newest.rawValue - count) : 0
        while after < newest.rawValue {
            let next = try await page(
                after: after,
                limit: ControlLimits.maximumPageSize,
                outcome: outcome
            ).rounds
            guard let last = next.last else { break }
            reply.rounds += next
            after = last.id.rawValue
        }
        reply.rounds = reply.rounds.suffix(count)
        return reply
    }

    private func page(
        after: Int? = nil,
        limit: Int?,
        outcome: Outcome?
    ) async throws(Problem) -> RoundsReply {
        let query: [(name: String, value: String?)] = [
            (ControlQuery.after, after.map { "\($0)" }), (ControlQuery.limit, limit.map { "\($0)" }),
            (ControlQuery.outcome, outcome?.rawValue),
        ]
        return try await get(
            RoundsReply.self,
            ControlRoute.rounds,
            query: query.compactMap { name, value in value.map { (name: name, value: $0) } }
        )
    }
}

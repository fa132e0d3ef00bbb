import GRDB

extension StateVerifier {
    /// The first round of which there must be every event: 0 unless the oldest were removed.
    private static let firstTold = """
        (SELECT iif(max(events_after) > 0,
            coalesce((SELECT min(round) FROM events WHERE kind = 'round_started'), 9223372036854775807), 0)
            FROM control)
        """

    /// Evaluations: sums that match their answers, and one on the gate's split for each promotion.
    func checkEvaluations() throws {
        try rule(
            "evaluation_counts",
            "the % evaluation of checkpoint % counts % right of %, its answers do not",
            sql: """
                SELECT split, checkpoint, right_count, question_count FROM evaluations AS e
                WHERE question_count <> json_array_length(answers) OR right_count <> (
                    SELECT count(*) FROM json_each(e.answers) AS a WHERE json_extract(a.value, '$.isRight') = 1
                )
                """
        )
        try rule(
            "evaluation_share",
            "the % evaluation of checkpoint % has share % outside its interval or counts",
            sql: """
                SELECT split, checkpoint, share FROM evaluations WHERE share NOT BETWEEN lower - 1e-9 AND upper + 1e-9
                    OR abs(share * question_count - right_count) > 1e-6
                """
        )
        try rule(
            "evaluation_promoted",
            "checkpoint % was promoted without an evaluation",
            sql: """
                SELECT id FROM checkpoints AS c WHERE id > 0 AND is_promoted = 1
                    AND NOT EXISTS (SELECT 1 FROM evaluations AS e WHERE e.checkpoint = c.id)
                """
        )
    }

    /// Events: unique, increasing, about rounds that exist, and telling of each round's beginning and
    /// verdict.
    func checkEvents() throws {
        try rule(
            "event_numbers",
            "event % is higher than the last number given out, %",
            sql: """
                SELECT id, (SELECT seq FROM sqlite_sequence WHERE name = 'events') AS last FROM events
                WHERE id > last OR id <= 0
                """
        )
        try rule(
            "event_gap",
            "events begin with % and end with %, % are there and those up to % were removed",
            sql: """
                SELECT first, last, found, removed FROM
                    (SELECT min(id) AS first, max(id) AS last, count(*) AS found FROM events),
                    (SELECT coalesce(max(events_after), 0) AS removed FROM control)
                WHERE iif(found = 0, removed > 0, first <> removed + 1 OR last - first + 1 <> found)
                """
        )
        try rule(
            "event_begin",
            "round % has % events of its beginning",
            sql: """
                SELECT id, found FROM (
                    SELECT id, (SELECT count(*) FROM events WHERE round = r.id AND kind = 'round_started') AS found
                    FROM rounds AS r
                ) WHERE found <> 1 AND NOT (found = 0 AND id < \(Self.firstTold))
                """
        )
        try rule(
            "event_verdict",
            "round % is % but has % events that say so",
            sql: """
                SELECT id, outcome, found FROM (
                    SELECT id, outcome, (SELECT count(*) FROM events WHERE round = r.id AND kind = 'round_' || outcome)
                        AS found
                    FROM rounds AS r WHERE outcome IN ('promoted', 'rejected')
                ) WHERE found <> 1 AND NOT (found = 0 AND id < \(Self.firstTold))
                """
        )
    }

    /// Receipts: what was asked and what was replied, both whole.
    func checkReceipts() throws {
        try rule(
            "receipt_reply",
            "receipt % holds no reply that could be sent again",
            sql: "SELECT key FROM receipts WHERE NOT json_valid(reply) OR request GLOB '*[^0-9a-f]*' LIMIT 20"
        )
    }
}

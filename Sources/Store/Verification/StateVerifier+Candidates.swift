import GRDB
import Loop

extension StateVerifier {
    /// Rounds that went through `select`, so that each candidate must have its verdict.
    private static let settled = """
        SELECT id FROM rounds WHERE phase NOT IN ('generate', 'vote', 'weigh', 'select')
            AND (outcome IS NULL OR outcome IN ('promoted', 'rejected'))
        """

    /// Whether the filters of a round `r` include the vote: listed by name, or by its policy.
    private static let votes: String = {
        let policies = SelectionPolicyID.allCases.filter { $0.filters.contains(.vote) }.map { "'\($0.rawValue)'" }
        return """
            iif(coalesce(json_array_length(r.configuration, '$.select.filters'), 0) > 0,
                EXISTS (SELECT 1 FROM json_each(r.configuration, '$.select.filters') WHERE value = 'vote'),
                json_extract(r.configuration, '$.select.policy') IN (\(policies.joined(separator: ", "))))
            """
    }()

    /// Candidates: complete per wave, one verdict with a reason each, numbers in range, counts as reported.
    func checkCandidates() throws {
        try rule(
            "candidate_verdict",
            "candidate % of question % in round % has no verdict",
            sql: """
                SELECT "index", question, round FROM candidates WHERE verdict IS NULL AND round IN (\(Self.settled))
                LIMIT 20
                """
        )
        try rule(
            "candidate_reason",
            "candidate % of question % in round % is % because of %",
            sql: """
                SELECT "index", question, round, verdict, reason FROM candidates
                WHERE verdict IS NOT NULL AND (reason IS NULL OR (verdict = 'kept') <> (reason = 'selected')) LIMIT 20
                """
        )
        try rule(
            "candidate_index",
            "candidate % of question % in round % is beyond the configured number",
            sql: """
                SELECT c."index", c.question, c.round FROM candidates AS c JOIN rounds AS r ON r.id = c.round
                WHERE c."index" >= json_extract(r.configuration, '$.generate.candidates') LIMIT 20
                """
        )
        try rule(
            "candidate_numbers",
            "candidate % of question % in round % has loss %, DS weight %",
            sql: """
                SELECT "index", question, round, loss, ds_weight FROM candidates
                WHERE ds_weight < 1 OR loss < 0 OR loss > 1e30 OR ds_weight > 1e300 OR weight < 0 LIMIT 20
                """
        )
        try rule(
            "candidate_cut",
            "candidate % of question % in round % is kept although its DS weight % is above the cut %",
            sql: """
                SELECT c."index", c.question, c.round, c.ds_weight, json_extract(r.report, '$.cutDSWeight')
                FROM candidates AS c JOIN rounds AS r ON r.id = c.round
                WHERE c.verdict = 'kept' AND c.ds_weight > json_extract(r.report, '$.cutDSWeight') * 1.000000001 LIMIT 20
                """
        )
        try rule(
            "candidate_vote",
            "round % keeps % different answers to question %",
            sql: """
                SELECT c.round, count(DISTINCT c.answer), c.question
                FROM candidates AS c JOIN rounds AS r ON r.id = c.round
                WHERE c.verdict = 'kept' AND \(Self.votes)
                GROUP BY c.round, c.question HAVING count(DISTINCT c.answer) <> 1 LIMIT 20
                """
        )
        try rule(
            "candidate_count",
            "round % has % candidates, its waves promise %",
            sql: """
                SELECT id, found, promised FROM (
                    SELECT r.id,
                        (SELECT count(*) FROM candidates WHERE round = r.id) AS found,
                        (SELECT coalesce(sum(json_array_length(questions)), 0) FROM waves
                            WHERE round = r.id AND is_done = 1)
                            * json_extract(r.configuration, '$.generate.candidates') AS promised
                    FROM rounds AS r
                ) WHERE found <> promised
                """
        )
        try rule(
            "score_number",
            "score % of candidate % of question % in round % is no finite number",
            sql: """
                SELECT name, "index", question, round FROM scores WHERE abs(value) > 1e300 OR value <> value LIMIT 20
                """
        )
        try rule(
            "candidate_text",
            "candidate % of question % in round % has lost its text",
            sql: """
                SELECT "index", question, round FROM candidates WHERE \(Candidate.textQuery) IS NULL LIMIT 20
                """
        )
        try rule(
            "candidate_wave",
            "round % has candidates of question %, which is in none of its waves that are done",
            sql: """
                SELECT DISTINCT c.round, c.question FROM candidates AS c WHERE NOT EXISTS (
                    SELECT 1 FROM waves AS w, json_each(w.questions) AS q
                    WHERE w.round = c.round AND w.is_done = 1 AND q.value = c.question
                ) LIMIT 20
                """
        )
        try rule(
            "report_counts",
            "round % reports % candidates selected, the journal has %",
            sql: """
                SELECT id, reported, found FROM (
                    SELECT id, json_extract(report, '$.selectedCount') AS reported,
                        (SELECT count(*) FROM candidates AS c WHERE c.round = r.id AND (c.verdict = 'kept'
                            OR c.reason IN ('too_long', 'quarantined'))) AS found
                    FROM rounds AS r WHERE json_extract(report, '$.selectedCount') IS NOT NULL
                ) WHERE reported <> found
                """
        )
        try rule(
            "report_generated",
            "round % reports % candidates generated, the journal has %",
            sql: """
                SELECT id, reported, found FROM (
                    SELECT id, json_extract(report, '$.generatedCount') AS reported,
                        (SELECT count(*) FROM candidates AS c WHERE c.round = r.id) AS found
                    FROM rounds AS r WHERE json_extract(report, '$.generatedCount') IS NOT NULL
                ) WHERE reported <> found
                """
        )
    }

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

    /// Events: unique, increasing, about rounds that exist, and telling of each round's beginning and verdict.
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
            "event_begin",
            "round % has % events of its beginning",
            sql: """
                SELECT id, found FROM (
                    SELECT id, (SELECT count(*) FROM events WHERE round = r.id AND kind = 'round_started') AS found
                    FROM rounds AS r
                ) WHERE found <> 1
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
                ) WHERE found <> 1
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

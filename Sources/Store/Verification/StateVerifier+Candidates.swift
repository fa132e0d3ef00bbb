import GRDB
import Loop

extension StateVerifier {
    /// Rounds that went through `select`, so that each candidate must have its verdict.
    private static let settled = """
        SELECT id FROM rounds WHERE phase NOT IN ('generate', 'vote', 'weigh', 'select')
            AND (outcome IS NULL OR outcome IN ('promoted', 'rejected'))
        """

    /// Whether the candidates of a round `r` are in the tables; those of an archive are looked at by themselves.
    private static let isLive = "r.id NOT IN (SELECT round FROM archives)"

    /// Whether the filters of a round `r` include the vote: listed by name, or by its policy.
    private static let votes: String = {
        let policies = SelectionPolicyID.allCases.filter { $0.filters.contains(.vote) }.map {
            "'\($0.rawValue)'"
        }
        return """
            iif(coalesce(json_array_length(r.configuration, '$.select.filters'), 0) > 0,
                EXISTS (SELECT 1 FROM json_each(r.configuration, '$.select.filters') WHERE value = 'vote'),
                json_extract(r.configuration, '$.select.policy') IN (\(policies.joined(separator: ", "))))
            """
    }()

    /// Whether the vote of a round `r` counts answers of several texts as one: texts that overlap, expressions
    /// that agree at several points, JSON that is voted on field by field.
    private static let joins = """
        (CASE coalesce(json_extract(r.configuration, '$.vote.answerKind'), 'numeric')
            WHEN 'text' THEN coalesce(json_extract(r.configuration, '$.answer.overlap'), 1) < 1
            WHEN 'json' THEN coalesce(json_extract(r.configuration, '$.answer.jsonVote'), 'whole') = 'fields'
            ELSE coalesce(json_extract(r.configuration, '$.vote.answerKind'), 'numeric') = 'expression' END)
        """

    /// Candidates: complete per wave, one verdict with a reason each, numbers in range, counts as reported.
    func checkCandidates() throws {
        try checkVerdicts()
        try checkNumbers()
        try checkKept()
        try checkCompleteness()
        try checkReportedCounts()
    }

    private func checkVerdicts() throws {
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
    }

    private func checkNumbers() throws {
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
    }

    private func checkKept() throws {
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
                WHERE c.verdict = 'kept' AND \(Self.votes) AND NOT \(Self.joins)
                GROUP BY c.round, c.question HAVING count(DISTINCT c.answer) <> 1 LIMIT 20
                """
        )
    }

    private func checkCompleteness() throws {
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
                    FROM rounds AS r WHERE \(Self.isLive)
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
    }

    private func checkReportedCounts() throws {
        try rule(
            "report_counts",
            "round % reports % candidates selected, the journal has %",
            sql: """
                SELECT id, reported, found FROM (
                    SELECT id, json_extract(report, '$.selectedCount') AS reported,
                        (SELECT count(*) FROM candidates AS c WHERE c.round = r.id AND (c.verdict = 'kept'
                            OR c.reason IN ('too_long', 'quarantined'))) AS found
                    FROM rounds AS r WHERE json_extract(report, '$.selectedCount') IS NOT NULL AND \(Self.isLive)
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
                    FROM rounds AS r WHERE json_extract(report, '$.generatedCount') IS NOT NULL AND \(Self.isLive)
                ) WHERE reported <> found
                """
        )
    }
}

import GRDB
import Loop

extension StateVerifier {
    /// Questions: each text once among those in use; retirements, corrections, variants, levels and
    /// paraphrases of rounds that there are.
    func checkQuestions() throws {
        try rule(
            "question_twice",
            "question % and question % are in use with the same text",
            sql: """
                SELECT min(id), max(id) FROM questions WHERE id NOT IN
                    (SELECT question FROM retirements WHERE back_after IS NULL)
                GROUP BY text, choices HAVING count(*) > 1 LIMIT 20
                """
        )
        try rule(
            "retirement_round",
            "question % is out of use from after round % to round %, but the newest round is %",
            sql: """
                SELECT question, after_round, back_after, newest FROM retirements,
                    (SELECT coalesce(max(id), 0) AS newest FROM rounds)
                WHERE max(after_round, coalesce(back_after, 0)) > newest LIMIT 20
                """
        )
        try checkRetired()
        try checkLevels()
        try checkParaphrases()
        try rule(
            "correction",
            "the answer of question % of split % is corrected after round %, the newest is %",
            sql: """
                SELECT c.question, q.split, c.after_round, newest FROM corrections AS c
                JOIN questions AS q ON q.id = c.question, (SELECT coalesce(max(id), 0) AS newest FROM rounds)
                WHERE q.split <> 'train' OR c.after_round > newest LIMIT 20
                """
        )
        try rule(
            "variants",
            "the variants of question % count after round %, the newest is %, or are no list of texts",
            sql: """
                SELECT question, after_round, newest FROM variants,
                    (SELECT coalesce(max(id), 0) AS newest FROM rounds)
                WHERE after_round > newest OR iif(json_valid(texts), json_type(texts) <> 'array', 1) LIMIT 20
                """
        )
    }

    /// Levels: of rounds that there are.
    func checkLevels() throws {
        try rule(
            "level",
            "question % has level % after round %, the newest is %",
            sql: """
                SELECT question, level, after_round, newest FROM levels,
                    (SELECT coalesce(max(id), 0) AS newest FROM rounds)
                WHERE after_round > newest LIMIT 20
                """
        )
    }

    /// Paraphrases: of train questions, as a list of texts.
    func checkParaphrases() throws {
        try rule(
            "paraphrases",
            "the paraphrases of question % in round % are of split %, or are no list of texts",
            sql: """
                SELECT p.question, p.round, q.split FROM paraphrases AS p JOIN questions AS q ON q.id = p.question
                WHERE q.split <> 'train' OR iif(json_valid(p.texts), json_type(p.texts) <> 'array', 1)
                    OR iif(json_valid(p.refusals), json_type(p.refusals) <> 'object', 1) LIMIT 20
                """
        )
    }

    /// Waves: none with a question that was out of use.
    func checkRetired() throws {
        try rule(
            "retired_wave",
            "round % draws question %, which was out of use when it began",
            sql: """
                SELECT DISTINCT w.round, r.question FROM retirements AS r
                JOIN waves AS w ON w.round > r.after_round AND w.round <= coalesce(r.back_after, w.round)
                WHERE EXISTS (SELECT 1 FROM json_each(w.questions) AS q WHERE q.value = r.question) LIMIT 20
                """
        )
    }
}

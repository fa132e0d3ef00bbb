import Loop
import Testing

/// Settings that are each in range and can do nothing together.
@Suite struct SenseTests {
    typealias Change = @Sendable (inout RoundConfiguration) -> Void

    static let impossible: [(parts: [String], change: Change)] = [
        (
            ["finetune.contenders names epochs", "finetune.epochs 1 "],
            { $0.finetune.contenders = [.epochs] }
        ),
        (
            ["finetune.contenders names epochs", "finetune.epochs 17 is more than the 16"],
            { ($0.finetune.contenders, $0.finetune.epochs) = ([.epochs], 17) }
        ),
        (
            ["finetune.contenders names average", "finetune.startFrom to incumbent"],
            { ($0.finetune.contenders, $0.finetune.startFrom) = ([.average], .base) }
        ),
        (
            ["generate.paraphrases is 2", "generate.views terms"],
            { ($0.generate.paraphrases, $0.generate.views) = (2, .terms) }
        ),
        (
            ["generate.paraphrases is 2", "kind free"],
            {
                ($0.generate.paraphrases, $0.generate.views) = (2, .variants)
                ($0.vote.answerKind, $0.answer.overlap) = (.free, 0.5)
            }
        ),
        (
            ["curriculum.floorShare 0.9", "curriculum.solvedShare 0.8"],
            { ($0.curriculum.enabled, $0.curriculum.floorShare) = (true, 0.9) }
        ),
        (
            ["vote.minVotes is 5", "generate.candidates 4"],
            { ($0.vote.minVotes, $0.generate.candidates) = (5, 4) }
        ),
        (["collapse.minDistinctAnswers is 16.0"], { $0.collapse.minDistinctAnswers = 16 }),
        (
            ["collapse.minDistinctAnswers 15.0", "vote.minVotes 2"],
            { ($0.collapse.minDistinctAnswers, $0.vote.minVotes) = (15, 2) }
        ),
        (
            ["collapse.minEntropy is 0.1", "generate.candidates is 1"],
            { ($0.collapse.minEntropy, $0.generate.candidates) = (0.1, 1) }
        ),
        (
            ["collapse.minDistinctAnswers is 2.0", "generate.temperature"],
            { ($0.collapse.minDistinctAnswers, $0.generate.temperature) = (2, 0) }
        ),
        (
            ["collapse.maxDuplicateShare is 0.5", "generate.topK 1"],
            { ($0.collapse.maxDuplicateShare, $0.generate.topK) = (0.5, 1) }
        ),
        (
            ["collapse.minMeanTokens is 300.0", "generate.maxNewTokens 256"],
            { $0.collapse.minMeanTokens = 300 }
        ),
        (["generate.stop holds \"answer\"", "prompt.answerCue"], { $0.generate.stop = ["\n", "answer"] }),
        (
            ["generate.stop holds \"</answer>\"", "of answer.pattern tag"],
            { ($0.generate.stop, $0.answer.pattern) = (["</answer>"], .tag) }
        ),
        (
            ["generate.stop holds \"##\"", "of answer.pattern hashes"],
            { ($0.generate.stop, $0.answer.pattern) = (["##"], .hashes) }
        ),
        (
            ["vote.extractor is authors", "kind label"],
            { ($0.vote.extractor, $0.vote.answerKind) = (.authors, .label) }
        ),
        (
            ["finetune.objective scpo compares votes", "select.policy none"],
            { ($0.finetune.objective, $0.select.policy) = (.scpo, .none) }
        ),
        (
            ["finetune.objective weighted compares votes", "select.filters"],
            { ($0.finetune.objective, $0.select.filters) = (.weighted, [.ds]) }
        ),
        (
            ["finetune.objective ttrl needs candidates that lose", "vote.minVotes 15"],
            { ($0.finetune.objective, $0.vote.minVotes) = (.ttrl, 15) }
        ),
        (
            ["finetune.objective spinVote", "finetune.startFrom base"],
            { ($0.finetune.objective, $0.finetune.startFrom) = (.spinVote, .base) }
        ),
        (
            ["finetune.objective ttrl weighs texts by their votes", "select.policy iwsiW"],
            { ($0.finetune.objective, $0.select.policy) = (.ttrl, .iwsiW) }
        ),
        (
            ["collapse.minDistinctAnswers is 2.0", "generate.temperature"],
            {
                ($0.collapse.minDistinctAnswers, $0.generate.temperature) = (2, 0)
                $0.generate.permuteOptions = true
            }
        ),
        (
            ["finetune.objective scpo needs candidates that lose", "select.bandLower 0.95"],
            {
                ($0.finetune.objective, $0.select.filters) = (.scpo, [.vote, .voteBand])
                ($0.select.band.lower, $0.select.band.upper) = (0.95, 1)
            }
        ),
        (
            ["finetune.objective scpo needs candidates that lose", "filter entropy with limit 0.0"],
            {
                ($0.finetune.objective, $0.select.policy) = (.scpo, .entropy)
                ($0.select.entropy.rule, $0.select.entropy.limit) = (.threshold, 0)
            }
        ),
    ]

    @Test(arguments: impossible.indices)
    func `settings with which no round can succeed are refused with keys and values`(index: Int) {
        let (parts, change) = Self.impossible[index]
        var configuration = RoundConfiguration()
        change(&configuration)

        let error = #expect(throws: LoopError.self) { try configuration.checkSense() }

        #expect(error?.code == .invalidConfiguration)
        for part in parts { #expect(error?.message.contains(part) == true, "\(error?.message ?? "")") }
        // Records of rounds are not held to it.
        #expect(throws: Never.self) { try configuration.validate() }
    }

    @Test func `the defaults make sense, and votes are not asked for where no filter counts them`() throws {
        var configuration = RoundConfiguration()
        try configuration.checkSense()
        (configuration.vote.minVotes, configuration.generate.candidates) = (5, 4)
        configuration.select.policy = .none

        #expect(throws: Never.self) { try configuration.checkSense() }
    }

    @Test func `greedy candidates of kind choice can differ where their options move`() {
        var configuration = RoundConfiguration()
        (configuration.vote.answerKind, configuration.finetune.objective) = (.choice, .spinVote)
        (configuration.generate.temperature, configuration.generate.permuteOptions) = (0, true)

        #expect(throws: Never.self) { try configuration.checkSense() }
    }

    @Test func `rates that are high for losing texts and settings of other objectives are named`() {
        let plenty = [Split.train: 100, .gate: 200]

        let lines = advice(plenty) { configuration in
            (configuration.finetune.objective, configuration.finetune.learningRate) = (.ttrl, 2e-3)
            (configuration.finetune.epochs, configuration.finetune.objectives.beta) = (2, 1)
        }

        #expect(
            lines.contains { $0.hasPrefix("finetune.learningRate 0.002 is high for finetune.objective ttrl") }
        )
        #expect(lines.contains { $0.contains("is meant for one pass, finetune.epochs is 2") })
        #expect(
            lines.contains(
                "finetune.beta is set, but only finetune.objective negOnly, scpo, scpoDs, spinVote looks at it"
            )
        )
        #expect(advice(plenty).allSatisfy { !$0.contains("objective") })
    }

    @Test func `settings of filters that are not listed, and a system text without a place, are named`() {
        let plenty = [Split.train: 100, .gate: 200]

        let lines = advice(plenty) { configuration in
            (configuration.select.entropy.limit, configuration.select.budget) = (0.2, 2)
            (configuration.prompt.system, configuration.prompt.thinking) = ("Be brief.", .on)
        }
        let used = advice(plenty) { configuration in
            configuration.select.filters = [.vote, .entropy, .maxMin]
            (configuration.select.entropy.limit, configuration.select.budget) = (0.2, 2)
            (configuration.prompt.system, configuration.prompt.format) = ("Be brief.", .chat)
        }

        #expect(lines.count { $0.contains("is set, but only") } == 3)
        #expect(lines.contains { $0.hasPrefix("prompt.thinking is on, but only prompt.format chat") })
        #expect(
            lines.contains { $0.hasPrefix("select.entropyLimit is set, but only filter entropy looks at it") }
        )
        #expect(lines.contains { $0.hasPrefix("select.budget is set, but only filter budget or maxMin") })
        #expect(lines.contains { $0.hasPrefix("prompt.system is set, but only prompt.format chat") })
        #expect(used.allSatisfy { !$0.contains("is set, but only") })
    }

    @Test func `settings of chats that plain prompts and brief answers have no use for are named`() {
        let told = advice([.train: 400, .valid: 50, .gate: 500]) { configuration in
            configuration.prompt.shotsAs = .user
            configuration.prompt.thinkingTokens = 7
        }

        #expect(
            told.contains { $0.hasPrefix("prompt.shotsAs is user, but prompt.format plain has no turns") }
        )
        #expect(told.contains { $0.hasPrefix("prompt.thinkingTokens 7 is set, but prompt.thinking is off") })
    }

    private func advice(_ counts: [Split: Int], _ change: Change = { _ in }) -> [String] {
        var configuration = RoundConfiguration()
        change(&configuration)
        return configuration.advice(counts)
    }

    @Test func `contenders are told of too few or missing questions`() {
        let set: Change = { ($0.finetune.contenders, $0.finetune.epochs) = ([.epochs], 2) }

        let few = advice([.train: 100, .valid: 99, .gate: 200], set)
        let noGate = advice([.train: 100, .valid: 200], set)
        let noValid = advice([.train: 100, .gate: 200], set)

        #expect(few.map { $0.contains("only 99 valid questions") } == [true])
        #expect(noGate.contains { $0.contains("there are no gate questions: nothing is chosen") })
        #expect(noValid.contains { $0.contains("there are no valid questions: nothing is chosen") })
        #expect(advice([.train: 100, .valid: 100, .gate: 200], set).isEmpty)
    }

    @Test func `newest samples of earlier rounds are told of where an objective takes none`() {
        let told = advice([.train: 100, .gate: 200]) {
            ($0.finetune.earlier, $0.finetune.objective) = (.newest, .scpo)
        }

        #expect(told.contains { $0.hasPrefix("finetune.earlier is newest, but finetune.objective scpo") })
    }

    @Test func `unanimity is possible and hardly meant`() {
        let plenty = [Split.train: 100, .gate: 200]

        #expect(advice(plenty).isEmpty)
        #expect(advice(plenty) { $0.vote.minShare = 1 }.first?.contains("unanimous") == true)
        #expect(advice(plenty) { $0.vote.minShare = 0.95 }.first?.contains("all 15 candidates") == true)
        #expect(advice(plenty) { $0.vote.minShare = 0.9 }.isEmpty)
    }

    @Test func `difficulty without text between question and answer is told`() {
        let plenty = [Split.train: 100, .gate: 200]

        let told = advice(plenty) { ($0.select.policy, $0.prompt.template) = (.ifd, "Q: {question}\n") }

        #expect(told.contains { $0.hasPrefix("filter ifd compares an answer after its question") })
        #expect(!advice(plenty) { $0.select.policy = .ifd }.contains { $0.hasPrefix("filter ifd") })
    }

    @Test func `more questions than there are, and a cut that leaves one, are told`() {
        let few = [Split.train: 10, .gate: 200]

        let asked = advice(few) { $0.generate.questionsPerRound = 12 }
        let kept = advice(few) { $0.select.keep = 1 }

        #expect(asked.first?.contains("generate.questionsPerRound is 12") == true)
        #expect(kept.first?.contains("keeps 1 of the 150 candidates") == true, "\(kept)")
        var authors = RoundConfiguration()
        (authors.select.keep, authors.select.cut) = (0.5, .authors)
        #expect(authors.cutFault(trainCount: 10)?.contains("select.cut authors keeps none") == true)
        #expect(authors.cutFault(trainCount: 20) == nil)
    }

    @Test func `a stop string within the cue is fine where answers are found without it`() throws {
        var configuration = RoundConfiguration()
        (configuration.generate.stop, configuration.answer.pattern) = (["answer"], .lastLine)

        try configuration.checkSense()
    }

    @Test func `what counts classes is told of where answers have none`() {
        let plenty = [Split.train: 100, .gate: 200]

        #expect(
            advice(plenty) { $0.collapse.minClassEntropy = 0.1 }.first?.contains("answers of kind numeric")
                == true
        )
        #expect(
            advice(plenty) { $0.select.filters = [.vote, .balance] }.first?.contains("has balance") == true
        )
        #expect(
            advice(plenty) {
                $0.vote.answerKind = .label
                $0.collapse.minClassEntropy = 0.1
                $0.select.filters = [.vote, .balance]
            }.isEmpty
        )
    }

    @Test func `a small gate says how large a loss it can see`() {
        let told = advice([.train: 100, .gate: 20])
        let wide = advice([.train: 100, .gate: 20]) { $0.gate.tolerance = 0.2 }
        let tiny = advice([.train: 100, .gate: 4])
        let valid = advice([.train: 100, .valid: 16])

        // 1/32 is the first power of a half below 0.05.
        #expect(told.first?.contains("from 5 questions lost and none gained (25.0 %)") == true, "\(told)")
        #expect(told.first?.contains("from a net loss of 1 question (5.0 %)") == true, "\(told)")
        #expect(wide.first?.contains("from a net loss of 5 questions") == true, "\(wide)")
        #expect(tiny.first?.contains("can reject nothing") == true, "\(tiny)")
        #expect(valid.first?.contains("the valid set") == true, "\(valid)")
        #expect(advice([.train: 100, .gate: 50]).isEmpty)
    }

    @Test func `a level over the run needs a test for gains, and a gate that can show one`() throws {
        var configuration = RoundConfiguration()
        configuration.gate.spending = .overRun

        #expect(throws: LoopError.self) { try configuration.checkSense() }

        configuration.gate.rule = .better
        try configuration.checkSense()
        let tiny = configuration.advice([.train: 100, .gate: 5])
        #expect(tiny.first?.contains("nothing is ever promoted") == true, "\(tiny)")
        #expect(configuration.advice([.train: 100, .gate: 6]).isEmpty)
        #expect(RoundConfiguration().gate.rule == .notWorse)
    }

    @Test func `a tolerance below one question is the same as none`() {
        let told = advice([.train: 100, .gate: 60]) { $0.gate.tolerance = 0.01 }

        #expect(told.first?.contains("less than one of 60 questions (1.7 %)") == true, "\(told)")
        #expect(advice([.train: 100, .gate: 100]) { $0.gate.tolerance = 0.01 }.isEmpty)
    }

    @Test func `settings of another answer kind are named`() {
        var configuration = RoundConfiguration()
        configuration.answer.labels = ["a", "b"]
        configuration.answer.tag = "result"

        let advice = configuration.advice([.train: 100, .gate: 100])

        #expect(advice.map { $0.prefix { $0 != " " } } == ["answer.tag", "answer.labels"])
        configuration.vote.answerKind = .label
        configuration.answer.pattern = .tag
        #expect(configuration.advice([.train: 100, .gate: 100]).isEmpty)
    }

    @Test(arguments: [
        (AnswerPattern.cue, "A: the ANSWER is 4."), (.boxed, "A: \\boxed{4}"), (.hashes, "A: 2 + 2\n#### 4"),
        (.tag, "A: <answer>4</answer>"),
    ])
    func `worked examples without the mark of an answer are named`(_ pattern: AnswerPattern, _ shot: String) {
        var configuration = RoundConfiguration()
        configuration.answer.pattern = pattern
        configuration.prompt.shots = "Q: 2 + 2?\n\(shot)\n"

        #expect(configuration.advice([.train: 100, .gate: 100]).isEmpty)
        configuration.prompt.shots = "Q: 2 + 2?\nA: Four.\n"
        #expect(
            configuration.advice([.train: 100, .gate: 100]).first?.hasPrefix("prompt.shots never") == true
        )
    }
}

import Loop
import Testing

@Suite struct RoundConfigurationTests {
    typealias Change = @Sendable (inout RoundConfiguration) -> Void

    static let faults: [(String, Change)] = [
        ("prompt.template", { $0.prompt.template = "Q:" }),
        ("prompt.template", { $0.prompt.template = "{question}{question}" }),
        ("prompt.answerCue", { $0.prompt.answerCue = " " }),
        ("generate.candidates", { $0.generate.candidates = 0 }),
        ("generate.temperature", { $0.generate.temperature = -0.1 }),
        ("generate.temperature", { $0.generate.temperature = .nan }),
        ("generate.topP", { $0.generate.topP = 0 }),
        ("generate.topK", { $0.generate.topK = -1 }),
        ("generate.maxNewTokens", { $0.generate.maxNewTokens = 0 }),
        ("generate.stop", { $0.generate.stop = [""] }),
        ("generate.waveQuestions", { $0.generate.waveQuestions = 0 }),
        ("generate.questionsPerRound", { $0.generate.questionsPerRound = -1 }),
        ("vote.minVotes", { $0.vote.minVotes = 0 }),
        ("vote.minShare", { $0.vote.minShare = 1.1 }),
        ("select.keep", { $0.select.keep = 0 }),
        ("select.keep", { $0.select.keep = 100.5 }),
        ("finetune.rank", { $0.finetune.rank = 0 }),
        ("finetune.alpha", { $0.finetune.alpha = 0 }),
        ("finetune.targetModules", { $0.finetune.targetModules = [] }),
        ("finetune.targetModules", { $0.finetune.targetModules = [.up, .up] }),
        ("finetune.learningRate", { $0.finetune.learningRate = .infinity }),
        ("finetune.epochs", { $0.finetune.epochs = 0 }),
        ("finetune.batch", { $0.finetune.batch = 0 }),
        ("finetune.warmup", { $0.finetune.warmup = 2 }),
        ("finetune.clip", { $0.finetune.clip = -1 }),
        ("finetune.weightDecay", { $0.finetune.weightDecay = -1 }),
        ("finetune.maxTokens", { $0.finetune.maxTokens = 1 }),
        ("finetune.saveEverySteps", { $0.finetune.saveEverySteps = 0 }),
        ("gate.tolerance", { $0.gate.tolerance = -0.1 }),
        ("gate.significance", { $0.gate.significance = 2 }),
        ("gate.minDiversity", { $0.gate.minDiversity = 2 }),
        ("gate.patience", { $0.gate.patience = 0 }),
        ("gate.stopTolerance", { $0.gate.stopTolerance = -1 }),
        ("prompt.thinkingTokens", { $0.prompt.thinkingTokens = 0 }),
        ("curriculum.solvedShare", { $0.curriculum.solvedShare = 1.1 }),
        ("curriculum.floorShare", { $0.curriculum.floorShare = -0.1 }),
        ("curriculum.maxFall", { $0.curriculum.maxFall = .nan }),
        ("curriculum.replayShare", { $0.curriculum.replayShare = 1 }),
    ]

    @Test func `a model card tells which side of the losses was cut off`() {
        var select = SelectSettings()
        #expect(select.sentence.contains("smallest DS weight"))

        select.shift.side = .low

        #expect(select.sentence.contains("those with the lowest losses were cut off and 80.0 % kept"))
    }

    @Test func `the defaults are valid`() throws {
        try RoundConfiguration().validate()
    }

    @Test(arguments: faults.indices) func `a value out of range is named`(index: Int) {
        let (key, change) = Self.faults[index]
        var configuration = RoundConfiguration()
        change(&configuration)

        let error = #expect(throws: LoopError.self) { try configuration.validate() }

        #expect(error?.code == .invalidConfiguration)
        #expect(error?.message.hasPrefix(key + " ") == true)
    }

    @Test func `the question stands in the template once and options follow it`() throws {
        let prompt = PromptSettings()
        let plain = QuestionInput(text: "Say {question}", split: .train, origin: "t")
        let choice = QuestionInput(text: "Pet?", choices: ["dog", "cat"], split: .train, origin: "t")

        #expect(try prompt.writer().prompt(for: plain).text == "Q: Say {question}\nA:")
        #expect(try prompt.writer().prompt(for: choice).text == "Q: Pet? (A) dog (B) cat\nA:")
        #expect(prompt.questionMarker == "Q:")
    }

    @Test func `a completion is set apart by exactly one white space`() {
        var prompt = PromptSettings()

        #expect(prompt.completion(for: "8.") == " 8.")
        #expect(prompt.completion(for: " 8.") == " 8.")
        prompt.template = "{question}\n"
        #expect(prompt.completion(for: "8.") == "8.")
        #expect(prompt.questionMarker == nil)
    }

    @Test func `evaluation shows the worked examples only where asked`() throws {
        var prompt = PromptSettings()
        prompt.shots = "Q: 1?\nA: 1.\n"

        #expect(try prompt.writer().evaluationPrefix.text == prompt.shots)
        prompt.shotsInEvaluation = false
        #expect(try prompt.writer().evaluationPrefix.isEmpty)
        #expect(try prompt.writer().generationPrefix.text == prompt.shots)
    }
}

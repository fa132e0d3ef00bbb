/// The values of a first configuration, section by section.
struct StartChoices {
    typealias Choice = StartConfiguration.Choice

    let result: ImportResult
    let settings: ImportSettings
    let kind: AnswerKindID

    /// Rounds of more questions take long before there is anything to see.
    private static let mostInRound = 200
    private static let fewestInRound = 100
    private static let candidates = 8

    var lengths: StartLengths { StartLengths(result, cue: settings.cue) }
    private var answers: AnswerGuess { result.answers }

    func count(_ split: Split) -> Int { result.splits[split]?.count ?? 0 }

    func choice(_ path: String, _ value: some SettingValue, _ reason: String) -> Choice {
        Choice(path: path, value: value.settingText, reason: reason)
    }

    private func plural(_ count: Int) -> String {
        "\(Plain.count(count)) \(count == 1 ? "question" : "questions")"
    }

    func questions(_ name: (Split) -> String) -> [Choice] {
        let uses: [Split: String] = [
            .train: "what the model teaches itself on",
            .valid: "worked answers, which every DS weight is measured against",
            .gate: "held out; they decide between promotion and rejection",
            .test: "held out; they decide nothing: the honest figure",
        ]
        return Split.allCases.filter { count($0) > 0 }.map { split in
            choice(
                "questions.\(split.rawValue)",
                name(split),
                "\(plural(count(split))): \(uses[split] ?? "")"
            )
        }
    }

    func prompt(_ shots: String) -> [Choice] {
        let examples = result.shots.count
        let cue =
            answers.settings.pattern == .cue
            ? [choice("prompt.answerCue", settings.cue, "the answer is what follows this phrase")] : []
        let file =
            examples > 0
            ? [
                choice(
                    "prompt.shots",
                    shots,
                    "\(examples) worked \(examples == 1 ? "example" : "examples") before each question show the form; "
                        + "never part of fine-tuning"
                )
            ] : []
        let template = PromptSettings().template
        return [choice("prompt.template", template, "the form that the worked examples have")] + file + cue
    }

    var generate: [Choice] {
        let train = count(.train)
        let drawn = train > Self.mostInRound ? min(Self.mostInRound, max(Self.fewestInRound, train / 4)) : 0
        let inRound = drawn > 0 ? drawn : train
        let lengths = lengths
        let wave = min(50, inRound)
        return [
            choice("generate.candidates", Self.candidates, "answers per question, which vote"),
            choice("generate.temperature", 0.7, "a small model writes noise above; preflight tries others"),
            choice(
                "generate.maxNewTokens",
                lengths.newTokens,
                "\(lengths.leavesOut ? "19 of 20 worked answers have" : "the longest worked answer has") "
                    + "\(Plain.count(lengths.answerBytes)) bytes, \(StartLengths.bytesOfToken) for a token, and a quarter "
                    + "more; \"autodidactd preflight\" measures it"
            ),
            choice("generate.stop", ["\n"], "an answer is one line, as in the worked examples"),
            choice(
                "generate.waveQuestions",
                wave,
                "\(wave) × \(Self.candidates) candidates commit together; a kill loses no more"
            ),
            choice(
                "generate.questionsPerRound",
                drawn,
                drawn > 0
                    ? "each round draws these from the \(Plain.count(train)) with its own seed"
                    : "each round uses all \(plural(train))"
            ),
        ]
    }

    var vote: [Choice] {
        let share =
            "\(Plain.count(answers.readCount)) of \(Plain.count(answers.referenceCount)) answers are read as this"
        let needed = (0...Self.candidates).first { Double($0) / Double(Self.candidates) >= 0.3 } ?? 1
        return [
            choice("vote.answerKind", kind, answers.isGiven ? "as you said; \(share)" : share),
            choice(
                "vote.minShare",
                0.3,
                "\(needed) of \(Self.candidates) candidates must agree; below that the vote is guesswork"
            ),
        ]
    }

    var answer: [Choice] {
        let own = answers.settings
        let labels =
            own.labels.isEmpty
            ? []
            : [choice("answer.labels", own.labels, "every label that your answers have; no other is read")]
        let pattern =
            own.pattern == .cue
            ? []
            : [
                choice(
                    "answer.pattern",
                    own.pattern,
                    "the whole text is the answer, as in the worked examples"
                )
            ]
        let overlap =
            own.overlap == 1
            ? []
            : [
                choice(
                    "answer.overlap",
                    own.overlap,
                    "a text with this share of words in common with the reference is right; the gate's measure, so look at it"
                )
            ]
        return pattern + labels + overlap
    }
}

import Engine
import Foundation
package import Loop
import ScaleOut

/// Settings that fit together, with the content of the files that they name.
package struct CheckedSettings: Sendable {
    /// The settings; `round.prompt.shots` holds the text of the worked examples, `round.answer.schema` that of the
    /// JSON schema.
    package var settings: DaemonSettings
    /// The questions of all files.
    package var questions: [QuestionInput]
    /// What deserves attention but stops nothing.
    package var warnings: [String]
    /// Measures questions against the model.
    package let lengths: LengthCheck
    /// How prompts can be written for the model.
    let formats: PromptFormats

    /// Checks ranges and what settings say together, reads worked examples and questions, and looks at the
    /// model.
    ///
    /// - Parameters:
    ///   - settings: From file, environment and command line.
    ///   - ruler: Measures prompts for the model that runs; nil reads the tokenizer of the one that is named.
    /// - Throws: `DaemonError` or `LoopError`, naming key or line, value and remedy.
    package init(_ settings: DaemonSettings, ruler: PromptRuler? = nil) throws {
        try Self.checkRanges(settings)
        let shots = try Self.readShots(settings)
        var settings = settings
        settings.round.prompt.shots = shots?.text ?? settings.round.prompt.shots
        settings.round.answer.schema =
            try Self.text(of: settings.schemaFile, "answer.schema") ?? settings.round.answer.schema
        try settings.round.validate()
        try settings.round.checkSense()
        try EngineFactory.checkLimits(settings)
        try Self.checkJudge(settings)
        let idle = try Self.takeIdleLevers(from: &settings)
        try ModelCheck.run(settings.model)
        settings.round.select.outside.smallModelDigest = try Self.smallModelDigest(settings)
        var questions: [QuestionInput] = []
        for split in Split.allCases where !settings.questions[split].isEmpty {
            questions += try QuestionIntake.read(settings.questions[split], split: split)
        }
        let formats = try EngineFactory.formats(settings)
        let lengths = try LengthCheck(
            settings.round,
            try ruler ?? EngineFactory.ruler(settings),
            formats: formats
        )
        if let fault = lengths.settingsFault { throw fault }
        let new = try QuestionIntake.new(
            questions,
            journal: [],
            configuration: settings.round.settled(formats),
            lengths: lengths
        )
        self.settings = settings
        self.questions = questions
        self.lengths = lengths
        self.formats = formats
        let thinking = try ThinkingCheck.warnings(settings.round.settled(formats), formats)
        warnings = (shots?.warnings ?? []) + new.warnings + idle + thinking
    }

    /// Checks that the questions of journal and files together are enough for a round, and fit the settings.
    ///
    /// - Parameters:
    ///   - counts: Questions per split.
    ///   - answeredCount: Train questions with an answer; nil counts those of the files.
    ///   - retired: Places of questions in the files that are out of use.
    /// - Throws: `DaemonError` for an empty train or valid set, or one with which no round can keep a
    ///   candidate or weigh one.
    package mutating func checkCounts(
        _ counts: [Split: Int],
        answeredCount: Int? = nil,
        retired: Set<String> = []
    ) throws(DaemonError) {
        if counts[.train, default: 0] == 0 {
            throw DaemonError(
                .invalidConfiguration,
                "questions.train: no question in \(shown(.train)); name a file with questions"
            )
        }
        if counts[.valid, default: 0] == 0, !SelectionChain(settings.round).needingValid.isEmpty {
            guard settings.round.select.allowEmptyValid else {
                throw DaemonError(
                    .invalidConfiguration,
                    "questions.valid: the valid set is empty (\(shown(.valid))), but select.policy is \(settings.round.select.title); name a file "
                        + "with rationales, or set select.allowEmptyValid to true"
                )
            }
            warnings.append("the valid set is empty: selection is by the vote alone")
        }
        try checkObjective(counts)
        if (1..<8).contains(counts[.valid, default: 0]) {
            warnings.append(
                "the valid set has only \(counts[.valid, default: 0]) questions: its mean loss is uncertain"
            )
        }
        if counts[.gate, default: 0] == 0 {
            guard counts[.valid, default: 0] > 0 else {
                throw DaemonError(
                    .invalidConfiguration,
                    "questions.gate: no question in \(shown(.gate)) and none in the valid set to use instead; name a file"
                )
            }
            warnings.append("no gate split: the valid set's answers decide on promotion")
            try checkValidAsGate(retired)
        }
        try checkKeeping(counts, answeredCount)
        warnings += settings.round.settled(formats).advice(counts)
        if settings.round.finetune.earlier == .newest, settings.round.finetune.startFrom != .base,
            !settings.loop.escalation.contains(.restartFromBase)
        {
            warnings.append(
                "finetune.earlier is newest, but only a fresh adapter is trained on earlier rounds; set finetune.startFrom to "
                    + "base, name restartFromBase in loop.escalation, or leave it out"
            )
        }
    }

    /// What a round would refuse when it begins, and a study only count as an arm that trained nothing.
    private func checkObjective(_ counts: [Split: Int]) throws(DaemonError) {
        guard counts[.valid, default: 0] == 0,
            let objective = try? Objectives.standard.configured(by: settings.round.finetune),
            objective.examples.neededScores.contains(.ds)
        else { return }
        throw DaemonError(
            .invalidConfiguration,
            "finetune.objective \(objective.name) needs valid questions and there are none (\(shown(.valid))); name a file with "
                + "rationales in questions.valid, or choose another objective"
        )
    }

    /// Valid questions are asked, too, where there is no gate split.
    private func checkValidAsGate(_ retired: Set<String>) throws(DaemonError) {
        let valid = questions.filter { $0.split == .valid && !retired.contains($0.origin) }
        let faults = valid.compactMap { lengths.fault(of: $0, isGate: true) }
        guard let first = faults.first else { return }
        throw DaemonError(.invalidData, first.message, faults: faults.count > 1 ? faults.map(\.message) : [])
    }

    private func checkKeeping(_ counts: [Split: Int], _ answeredCount: Int?) throws(DaemonError) {
        if let fault = settings.round.cutFault(trainCount: counts[.train, default: 0]) {
            throw DaemonError(.invalidConfiguration, fault)
        }
        let answered = answeredCount ?? questions.count { $0.split == .train && $0.answer != nil }
        guard SelectionChain(settings.round).readsReferences, answered == 0 else { return }
        throw DaemonError(
            .invalidConfiguration,
            "select.policy \(settings.round.select.title) keeps what equals the reference answer, but no train question has "
                + "an answer; give answers in questions.train, or use another policy"
        )
    }

    private func shown(_ split: Split) -> String {
        let path = settings.questions[split]
        return path.isEmpty ? "no file is named" : path
    }

    private static func readShots(_ settings: DaemonSettings) throws(DaemonError) -> ShotsText? {
        guard let text = try text(of: settings.shotsFile, "prompt.shots") else { return nil }
        var prompt = settings.round.prompt
        // A model that cannot be read is refused when it is looked at.
        if prompt.format == .auto, let formats = try? EngineFactory.formats(settings) {
            prompt = prompt.settled(formats)
        }
        return ShotsText(text, for: prompt)
    }

    /// The text of a file that a setting names; nil for none.
    private static func text(of path: String, _ key: String) throws(DaemonError) -> String? {
        guard !path.isEmpty else { return nil }
        let data = try ReadFile.data(path, of: key)
        guard let text = String(validating: data, as: UTF8.self) else {
            throw DaemonError(.invalidConfiguration, "\(key): \(path) is not UTF-8; save it as UTF-8")
        }
        return text
    }

    /// A judge runs in a sandbox or not at all.
    private static func checkJudge(_ settings: DaemonSettings) throws(DaemonError) {
        do {
            try JudgeSandbox().check(settings.round, stateDirectory: settings.stateDirectory)
        } catch {
            throw DaemonError(.invalidConfiguration, error.message)
        }
    }

    /// Checks what each lever makes of the settings, and leaves out those that change nothing: a round with one
    /// would be the last one over again.
    ///
    /// - Returns: A warning for each that is left out.
    private static func takeIdleLevers(from settings: inout DaemonSettings) throws(DaemonError) -> [String] {
        if settings.loop.escalation.isEmpty {
            guard settings.loop.escalateAfter != LoopOptions().escalateAfter else { return [] }
            return [
                "loop.escalateAfter is set, but loop.escalation names nothing to try; name a lever, or leave it out"
            ]
        }
        for lever in settings.loop.escalation {
            let round = lever.applied(to: settings.round)
            do {
                try round.validate()
                try round.checkSense()
            } catch {
                throw DaemonError(
                    .invalidConfiguration,
                    "loop.escalation \(lever) would try \(lever.change(of: settings.round)): \(error.message)"
                )
            }
        }
        let idle = settings.loop.escalation.filter { !$0.changes(settings.round) }
        settings.loop.escalation.removeAll { idle.contains($0) }
        return idle.map { lever in
            "loop.escalation \(lever) changes nothing (\(lever.sentence(in: settings.round))) and is not tried"
        }
    }

    /// What identifies the model of filter `smallModelScore`, which is opened for it; empty without the filter.
    private static func smallModelDigest(_ settings: DaemonSettings) throws -> String {
        guard SelectionChain(settings.round).neededScores.contains(.smallModel) else { return "" }
        do {
            return try SmallModel(settings.round.select.outside.smallModel).digest
        } catch let error as EngineError {
            throw DaemonError(.invalidConfiguration, "select.smallModel: \(error.message)")
        }
    }

    private static func checkRanges(_ settings: DaemonSettings) throws {
        for setting in SettingsSchema.settings { try setting.check(settings) }
        let scaleout = settings.scaleout
        guard !scaleout.endpoints.isEmpty || scaleout.server.contains(where: { $0.contains("{model}") })
        else {
            throw LoopError(
                .invalidConfiguration,
                "scaleout.server is \(scaleout.server.settingText); give it {model}, which becomes the model's directory"
            )
        }
    }
}

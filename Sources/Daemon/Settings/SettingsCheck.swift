import Foundation
package import Loop

/// Settings that fit together, with the content of the files that they name.
package struct CheckedSettings: Sendable {
    /// The settings; `round.prompt.shots` holds the text of the worked examples.
    package var settings: DaemonSettings
    /// The questions of all files.
    package var questions: [QuestionInput]
    /// What deserves attention but stops nothing.
    package var warnings: [String]

    /// Checks ranges, reads worked examples and questions, and looks at the model.
    ///
    /// - Parameter settings: From file, environment and command line.
    /// - Throws: `DaemonError` or `LoopError`, naming key or line, value and remedy.
    package init(_ settings: DaemonSettings) throws {
        self.settings = settings
        warnings = []
        questions = []
        try Self.checkRanges(settings)
        try readShots()
        try self.settings.round.validate()
        try EngineFactory.checkLimits(settings)
        try ModelCheck.run(settings.model)
        for split in Split.allCases where !settings.questions[split].isEmpty {
            questions += try QuestionIntake.read(settings.questions[split], split: split)
        }
        warnings += try QuestionIntake.new(questions, journal: [], configuration: self.settings.round)
            .warnings
    }

    /// Checks that the questions of journal and files together are enough for a round.
    ///
    /// - Parameter counts: Questions per split.
    /// - Throws: `DaemonError` for an empty train or valid set.
    package mutating func checkCounts(_ counts: [Split: Int]) throws(DaemonError) {
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
        }
    }

    private func shown(_ split: Split) -> String {
        let path = settings.questions[split]
        return path.isEmpty ? "no file is named" : path
    }

    private mutating func readShots() throws(DaemonError) {
        guard !settings.shotsFile.isEmpty else { return }
        let data = try ReadFile.data(settings.shotsFile, of: "prompt.shots")
        guard let text = String(data: data, encoding: .utf8) else {
            throw DaemonError(
                .invalidConfiguration,
                "prompt.shots: \(settings.shotsFile) is not UTF-8; save it as UTF-8"
            )
        }
        settings.round.prompt.shots = text
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

import Foundation
package import Loop

/// Settings that fit together, with everything they point at read.
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

    /// Checks that the questions of journal and files together suffice for a round.
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
        if counts[.valid, default: 0] == 0, settings.round.select.policy == .iwsi {
            guard settings.round.select.allowEmptyValid else {
                throw DaemonError(
                    .invalidConfiguration,
                    "questions.valid: the valid set is empty (\(shown(.valid))), but select.policy is iwsi; name a file "
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
                    "questions.gate: no question in \(shown(.gate)) and none in the valid set to stand in; name a file"
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

    private static func checkRanges(_ settings: DaemonSettings) throws(DaemonError) {
        func require(_ holds: Bool, _ key: String, _ value: some CustomStringConvertible, _ remedy: String)
            throws(DaemonError)
        {
            guard holds else {
                throw DaemonError(.invalidConfiguration, "\(key): \(value) is out of range; \(remedy)")
            }
        }
        guard !settings.model.isEmpty else {
            throw DaemonError(
                .invalidConfiguration,
                "model: no path is given; name a GGUF file or a model directory"
            )
        }
        try require(
            (0...1024).contains(settings.engine.threads),
            "engine.threads",
            settings.engine.threads,
            "use 0 (automatic) to 1024"
        )
        try require(
            (1...4096).contains(settings.engine.rows),
            "engine.rows",
            settings.engine.rows,
            "use 1 to 4096"
        )
        let scaleout = settings.scaleout
        for (name, value, range) in [
            ("inFlight", scaleout.inFlight, 1...4096), ("scoreTokens", scaleout.scoreTokens, 64...1_048_576),
            ("trainTokens", scaleout.trainTokens, 64...1_048_576),
            ("requestTimeout", scaleout.requestTimeout, 1...86_400),
            ("startTimeout", scaleout.startTimeout, 1...86_400),
            ("stepTimeout", scaleout.stepTimeout, 1...604_800), ("restarts", scaleout.restarts, 0...1000),
        ] {
            try require(
                range.contains(value),
                "scaleout.\(name)",
                value,
                "use \(range.lowerBound) to \(range.upperBound)"
            )
        }
        try require(
            scaleout.trainer.contains { $0.contains("{plan}") },
            "scaleout.trainer",
            scaleout.trainer.yaml,
            "give it {plan}, which becomes the plan's file"
        )
        try require(
            !scaleout.endpoints.isEmpty || scaleout.server.contains { $0.contains("{model}") },
            "scaleout.server",
            scaleout.server.yaml,
            "give it {model}, which becomes the model's directory"
        )
        try require(
            settings.loop.rounds >= 0,
            "loop.rounds",
            settings.loop.rounds,
            "use 0 (for ever) or more"
        )
        try require(
            (10...604_800).contains(settings.loop.stallAfter),
            "loop.stallAfter",
            settings.loop.stallAfter,
            "use 10 to 604800 (a week)"
        )
        try require(
            settings.storage.keep >= 0,
            "storage.keep",
            settings.storage.keep,
            "use 0 (removes none) or more"
        )
        try require(
            (0...1_000_000).contains(settings.storage.reserve),
            "storage.reserve",
            settings.storage.reserve,
            "use 0 to 1000000 megabytes"
        )
        try require(
            (0.01...20).contains(settings.storage.retryAfter),
            "storage.retryAfter",
            settings.storage.retryAfter,
            "use 0.01 to 20 seconds"
        )
        let schedule = settings.schedule
        try require(
            schedule.hours.isEmpty || Schedule.Hours(schedule.hours) != nil,
            "schedule.hours",
            "\"\(schedule.hours)\"",
            "use HH:MM-HH:MM in double quotes, such as \"22:00-06:00\", or leave it empty"
        )
        try require(
            schedule.maxLoad >= 0,
            "schedule.maxLoad",
            schedule.maxLoad,
            "use 0 (works under any) or more"
        )
    }
}

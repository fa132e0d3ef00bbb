import ArgumentParser
import ControlAPI
import Loop

/// How files become questions: what `import` and `init` share.
struct ImportWay: ParsableArguments {
    @OptionGroup var fields: ImportFields

    @OptionGroup var division: ImportDivision

    @Option(
        help: ArgumentHelp(
            "The answer kind, if not guessed: \(Self.kinds.joined(separator: ", ")).",
            valueName: "name"
        )
    )
    var kind: String?

    @Option(help: ArgumentHelp("The phrase that comes before the answer.", valueName: "phrase"))
    var cue = "The answer is"

    @Option(help: ArgumentHelp("Worked examples to choose for shots.txt.", valueName: "count"))
    var shots = 4

    private static let kinds = AnswerKinds.standard.names.map(\.rawValue)

    /// Refuses what cannot be meant.
    func check(_ files: [String]) throws {
        guard !paths(files).isEmpty else { throw ValidationError("give a file") }
        if paths(files).filter({ $0.path == "-" }).count > 1 {
            throw ValidationError("standard input can be read only once")
        }
        guard (0...64).contains(shots) else { throw ValidationError("--shots is \(shots); give 0 to 64") }
        guard cue.contains(where: { !$0.isWhitespace }), !cue.contains(where: \.isNewline) else {
            throw ValidationError("--cue must be a phrase on one line")
        }
        if let kind, !Self.kinds.contains(kind) {
            throw ValidationError("--kind is \(kind); kinds are \(Self.kinds.joined(separator: ", "))")
        }
        let layouts = SourceLayouts.standard.names
        if let layout = fields.layout, !layouts.contains(layout) {
            throw ValidationError("--layout is \(layout); layouts are \(layouts.joined(separator: ", "))")
        }
        if fields.layout != nil, fields.mapping.isGiven {
            throw ValidationError("--layout says which fields there are; leave the names of fields out")
        }
    }

    /// Files to divide, and those that are a split already.
    func paths(_ files: [String]) -> [(path: String, split: Split?)] {
        files.map { ($0, nil) }
            + Split.allCases.flatMap { split in
                division.files(of: split).map { ($0, split) }
            }
    }

    /// What the person chose.
    func settings() throws(Problem) -> ImportSettings {
        var settings = ImportSettings()
        settings.layout = fields.layout
        settings.mapping = fields.mapping
        settings.seed = division.seed
        settings.shotCount = shots
        settings.cue = cue
        settings.kind = kind.map(AnswerKindID.init(rawValue:))
        do {
            if let sizes = division.split { settings.plan = try SplitPlan(sizes) }
        } catch {
            throw Problem(.usage, error.detail, hint: error.hint)
        }
        return settings
    }
}

/// Asks before files are written.
struct WriteQuestion {
    /// The folder.
    let path: String
    /// Whether not to ask.
    let isAnswered: Bool

    /// Whether somebody is asked: without a terminal nobody is.
    func isAsked(_ session: Session) -> Bool { !isAnswered && session.terminal().canAsk }

    /// Shows what would be written and asks.
    ///
    /// - Throws: `QuietExit` 1 unless the answer is yes.
    func ask(_ lines: [String], _ session: Session) throws {
        guard isAsked(session) else { return }
        let text = lines.map { $0 + "\n" }.joined()
        if session.isJSON { session.warn(text) } else { session.write(text) }
        session.warn("write these to \(path)? [y/N] ")
        guard ["y", "yes"].contains(session.readAnswer()?.lowercased() ?? "") else {
            session.warn("nothing written\n")
            throw QuietExit(status: 1)
        }
    }
}

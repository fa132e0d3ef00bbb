import ArgumentParser
import ControlAPI
import Loop

/// `autodidact import FILE… --into DIR`.
struct ImportCommand: ControlCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Make the files of train, valid, gate and test out of questions as you have them.",
        discussion: """
            Reads JSONL, JSON, CSV and TSV in UTF-8, also packed with gzip or zstd. A published set is recognised by its \
            fields, or named with --layout; other fields are named, or guessed and shown. Leaves out what is there twice \
            and keeps near duplicates in one split. Shows what it would write, asks, and overwrites nothing. Without a \
            terminal it does not ask. Needs no daemon. See docs/data.md.

            Layouts and their fields:
            \(SourceLayouts.standard.shapes.map { "  \($0.name): \($0.shape)" }.joined(separator: "\n"))
            """
    )

    @Argument(help: "Files to divide; - is standard input.", completion: .file())
    var files: [String] = []

    @Option(
        help: ArgumentHelp("The folder to write, made if it is missing.", valueName: "dir"),
        completion: .directory
    )
    var into: String

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

    @Flag(help: "Show what would be written and write nothing.")
    var dryRun = false

    @Flag(help: "Do not ask.")
    var yes = false

    @OptionGroup var global: GlobalOptions

    func validate() throws {
        guard !paths.isEmpty else { throw ValidationError("give a file") }
        if paths.filter({ $0.path == "-" }).count > 1 {
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

    func execute(_ session: Session) async throws {
        let folder = ImportFolder(path: into)
        try folder.check()
        let settings = try settings()
        let input = try ImportFiles(paths, path: session.environment["PATH"] ?? "/usr/bin:/bin")
        let result: ImportResult
        do {
            result = try Importer.run(input.sources, settings)
        } catch {
            throw Problem(error)
        }
        var output = ImportOutput(result, digests: input.digests, seed: settings.seed, directory: into)
        guard !dryRun else {
            output.isWritten = false
            return try session.show(output) { $0.imported(result) + ["nothing written"] }
        }
        try ask(result, session)
        let record = try output.text()
        try folder.write(result.texts + [(ImportFolder.record, record)])
        try session.show(output) { renderer in
            (isAsking(session) ? [] : renderer.imported(result)) + renderer.written(output)
        }
    }

    private static let kinds = AnswerKinds.standard.names.map(\.rawValue)

    private var paths: [(path: String, split: Split?)] {
        files.map { ($0, nil) }
            + Split.allCases.flatMap { split in
                division.files(of: split).map { ($0, split) }
            }
    }

    private func settings() throws(Problem) -> ImportSettings {
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

    private func isAsking(_ session: Session) -> Bool { !yes && session.terminal().canAsk }

    private func ask(_ result: ImportResult, _ session: Session) throws {
        guard isAsking(session) else { return }
        let lines = session.renderer.imported(result).map { $0 + "\n" }.joined()
        if session.isJSON { session.warn(lines) } else { session.write(lines) }
        session.warn("write these to \(into)? [y/N] ")
        guard ["y", "yes"].contains(session.readAnswer()?.lowercased() ?? "") else {
            session.warn("nothing written\n")
            throw QuietExit(status: 1)
        }
    }
}

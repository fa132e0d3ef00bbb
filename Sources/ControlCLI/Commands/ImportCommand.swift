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

    @OptionGroup var way: ImportWay

    @Flag(help: "Show what would be written and write nothing.")
    var dryRun = false

    @Flag(help: "Do not ask.")
    var yes = false

    @OptionGroup var global: GlobalOptions

    func validate() throws { try way.check(files) }

    func execute(_ session: Session) async throws {
        let folder = ImportFolder(path: into)
        try folder.check()
        let settings = try way.settings()
        let input = try ImportFiles(way.paths(files), path: session.environment["PATH"] ?? "/usr/bin:/bin")
        let result = try input.questions(settings)
        var output = ImportOutput(result, digests: input.digests, seed: settings.seed, directory: into)
        guard !dryRun else {
            output.isWritten = false
            return try session.show(output) { $0.imported(result) + ["nothing written"] }
        }
        let question = WriteQuestion(path: into, isAnswered: yes)
        try question.ask(session.renderer.imported(result), session)
        let record = try output.text()
        try folder.write(result.texts + [(ImportFolder.record, record)])
        try session.show(output) { renderer in
            (question.isAsked(session) ? [] : renderer.imported(result)) + renderer.written(output)
        }
    }
}

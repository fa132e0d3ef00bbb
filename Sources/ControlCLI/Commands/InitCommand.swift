import ArgumentParser
import ControlAPI
import Loop

/// `autodidact init DIR --model MODEL --data FILE…`.
struct InitCommand: ControlCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Make a folder to start with: your questions, divided, and a configuration that fits them.",
        discussion: """
            Makes the files that "autodidact import" makes, with the same options, and autodidact.yaml beside them. \
            Guesses the kind of answers, chooses worked examples, lengths and the rest, and says for each value why. \
            Shows all of it, asks, and overwrites nothing. Without a terminal it does not ask. Needs no daemon, and \
            reads nothing of the model: "autodidactd preflight" then measures what was guessed. See docs/data.md.
            """
    )

    @Argument(
        help: ArgumentHelp("The folder to write, made if it is missing.", valueName: "dir"),
        completion: .directory
    )
    var directory: String

    @Option(
        help: ArgumentHelp("The model: a GGUF file or a Hugging Face directory.", valueName: "path"),
        completion: .file()
    )
    var model: String

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Files with questions to divide; - is standard input.", valueName: "file"),
        completion: .file()
    )
    var data: [String] = []

    @OptionGroup var way: ImportWay

    @Flag(help: "Show what would be written and write nothing.")
    var dryRun = false

    @Flag(help: "Do not ask.")
    var yes = false

    @OptionGroup var global: GlobalOptions

    /// The folder without slashes at its end.
    private var path: String {
        let name = String(directory.reversed().drop { $0 == "/" }.reversed())
        return name.isEmpty ? "/" : name
    }

    func validate() throws {
        guard !directory.isEmpty else { throw ValidationError("the folder's name is empty") }
        guard !way.paths(data).isEmpty else { throw ValidationError("give a file with --data") }
        try way.check(data)
    }

    func execute(_ session: Session) async throws {
        let folder = ImportFolder(path: path, verb: "init")
        try folder.check()
        let model = try ModelPath(model)
        var settings = try way.settings()
        settings.allowsBareShots = true
        let input = try ImportFiles(way.paths(data), path: session.environment["PATH"] ?? "/usr/bin:/bin")
        let result = try input.questions(settings)
        let configuration = try Self.configuration(result, settings, model, in: path)
        let text = configuration.text(title: [
            "Written by \"autodidact init\" for the questions of \(result.sources.map(\.name).joined(separator: ", ")).",
            "Keys that are missing have their defaults: \"autodidactd --print-default-config\" shows them all.",
            "Relative paths start from this file's directory.",
        ])
        var questions = ImportOutput(
            result,
            digests: input.digests,
            seed: settings.seed,
            directory: path
        )
        questions.isWritten = !dryRun
        let file = "\(path)/\(ImportFolder.configuration)"
        var output = InitOutput(configuration, path: file, questions: questions)
        guard !dryRun else {
            output.isWritten = false
            return try session.show(output) { $0.started(result, configuration) + ["nothing written"] }
        }
        let question = WriteQuestion(path: path, isAnswered: yes)
        try question.ask(session.renderer.started(result, configuration), session)
        let record = try questions.text()
        try folder.write(
            result.texts + [(ImportFolder.record, record), (ImportFolder.configuration, text)]
        )
        try session.show(output) { renderer in
            (question.isAsked(session) ? [] : renderer.started(result, configuration))
                + renderer.begun(output)
        }
    }

    private static func configuration(
        _ result: ImportResult,
        _ settings: ImportSettings,
        _ model: ModelPath,
        in directory: String
    ) throws(Problem) -> StartConfiguration {
        do {
            return try StartConfiguration(
                result,
                settings,
                model: model.named(in: directory),
                modelReason: "\(model.form), by its name",
                names: ImportFolder.name,
                shots: ImportFolder.shots
            )
        } catch {
            throw Problem(error)
        }
    }
}

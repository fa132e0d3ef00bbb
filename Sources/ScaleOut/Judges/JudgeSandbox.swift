import Foundation
import Glibc
public import Loop

/// The program that runs judges without trust, and whether it can.
public struct JudgeSandbox: Sendable {
    /// Its name.
    private static let name = "autodidact-sandbox"
    /// What every judge may read.
    private static let systemFolders = ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"]

    /// Where it is.
    public let path: String

    /// The one that belongs to the running program: beside it, or in `libexec`.
    public init() {
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        self.init(beside: (own as NSString).deletingLastPathComponent)
    }

    /// The one that belongs to programs in a folder.
    package init(beside folder: String) {
        let installed = folder + "/../libexec/autodidact/" + Self.name
        path = access(installed, X_OK) == 0 ? installed : folder + "/" + Self.name
    }

    /// Judges for all kinds that need one.
    ///
    /// - Parameters:
    ///   - beat: Called after each verdict, as a sign of life.
    ///   - complain: Called with each failure of a judge, for the log.
    /// - Returns: The standard catalogue with judges.
    public func catalog(
        beat: @escaping @Sendable () -> Void,
        complain: @escaping @Sendable (String) -> Void
    ) -> Catalog {
        var catalog = Catalog.standard
        for kind in [AnswerKindID.judge, .code] {
            catalog.judges[kind] = { configuration in
                ProgramJudge(program(configuration), configuration, beat: beat, complain: complain)
            }
        }
        catalog.rewardJudge = { configuration in
            ProgramJudge(
                rewardProgram(configuration),
                tellsReference: { _ in false },
                beat: beat,
                complain: complain
            )
        }
        return catalog
    }

    /// Checks that a round's programs, of its judge and of filter `rewardModel`, can be run and cannot see
    /// the state directory.
    ///
    /// Starts the sandbox once.
    ///
    /// - Parameters:
    ///   - configuration: Of the round.
    ///   - stateDirectory: What no judge may see.
    /// - Throws: `ScaleOutError` `invalid_configuration`, naming what is missing.
    public func check(_ configuration: RoundConfiguration, stateDirectory: String) throws(ScaleOutError) {
        let kind = configuration.vote.answerKind
        if kind == .judge || kind == .code {
            try check(program(configuration), "vote.answerKind \(kind)", stateDirectory)
        }
        if SelectionChain(configuration).neededScores.contains(.reward) {
            try check(rewardProgram(configuration), "filter \(FilterName.rewardModel)", stateDirectory)
        }
    }

    /// Checks one program; `user` is what needs it.
    private func check(
        _ program: JudgeProgram,
        _ user: String,
        _ stateDirectory: String
    ) throws(ScaleOutError) {
        for folder in Self.systemFolders + program.files
        where !stateDirectory.isEmpty && Self.overlap(folder, stateDirectory) {
            throw ScaleOutError(
                .invalidConfiguration,
                "\(user): the judge may read \(folder), and the state directory \(stateDirectory) is "
                    + "seen from there; move one of them"
            )
        }
        var probe = program
        probe.command = ["echo", "ready"]
        guard let why = Self.fault(of: probe.words) else { return }
        throw ScaleOutError(
            .invalidConfiguration,
            "\(user) needs a sandbox, and there is none: \(why); docs/answers.md says what it takes"
        )
    }

    /// Why a command that echoes "ready" in a sandbox does not; nil when it does.
    package static func fault(of words: [String]) -> String? {
        do {
            let child = try JudgeChild(words)
            switch child.ask([], until: .now + .seconds(10)) {
            case .line(let line) where line.elementsEqual("ready".utf8): return nil
            case .late: return "\(words[0]) does not answer"
            default: return child.lastWords
            }
        } catch {
            return "\(error)"
        }
    }

    func program(_ configuration: RoundConfiguration) -> JudgeProgram {
        let settings = configuration.answer
        guard configuration.vote.answerKind == .code else {
            return JudgeProgram(settings.judgeCommand, settings, sandbox: path)
        }
        let words = CodeDriver.words(
            settings.codeCommand,
            seconds: settings.judgeTimeout,
            memory: settings.judgeMemory
        )
        var program = JudgeProgram(words, settings, sandbox: path)
        program.isCode = true
        return program
    }

    private func rewardProgram(_ configuration: RoundConfiguration) -> JudgeProgram {
        JudgeProgram(configuration.select.outside.rewardCommand, configuration.answer, sandbox: path)
    }

    /// Whether one of two paths is in the other, links followed.
    static func overlap(_ one: String, _ other: String) -> Bool {
        let paths = [one, other].map { path in
            let real = realpath(path, nil)
            defer { free(real) }
            let text = real.map { String(cString: $0) } ?? (path as NSString).standardizingPath
            return text.hasSuffix("/") ? text : text + "/"
        }
        return paths[0].hasPrefix(paths[1]) || paths[1].hasPrefix(paths[0])
    }
}

import ArgumentParser

/// The flag that the daemon shares with `study`.
///
/// The parser gives an option that daemon and command both know to the daemon, wherever it is. A group of the
/// same type is handed on to the command; a flag that the command declared by itself would stay off.
struct CheckFlag: ParsableArguments {
    @Flag(
        name: .long,
        help: "Check configuration, questions and model header (of a study: every arm), then exit."
    )
    var check = false
}

extension Autodidactd {
    /// Refuses options of the daemon that a command would ignore.
    ///
    /// - Parameters:
    ///   - command: The command's name.
    ///   - read: Options of the daemon that it reads.
    /// - Throws: `ValidationError` for the first other one.
    func refuseOwnOptions(in command: String, except read: Set<String>) throws {
        let given = [
            ("--config", file.config != nil), ("--state-dir", stateDir != nil), ("--socket", socket != nil),
            ("--exit-when-complete", exitWhenComplete), ("--check", checking.check),
            ("--print-default-config", printDefaultConfig), ("--verify", verify != nil),
        ]
        guard let other = given.first(where: { $0.1 && !read.contains($0.0) }) else { return }
        throw ValidationError("\(other.0) is for the daemon, \(command) does not read it; leave it out")
    }
}

import Loop

extension Renderer {
    /// What `init` would write: the questions, then each setting with its reason.
    func started(_ result: ImportResult, _ configuration: StartConfiguration) -> [String] {
        let settings = configuration.choices.flatMap { choice in
            fitted("\(choice.path): \(choice.value.onOneLine)").map { paint($0, .strong) }
                + paragraph("", choice.reason, labelWidth: 4)
        }
        return imported(result) + [""] + settings
    }

    /// What `init` has written, and what comes next.
    func begun(_ output: InitOutput) -> [String] {
        let files = [ImportFolder.configuration] + output.questions.files
        return fitted("wrote \(files.joined(separator: ", ")) into \(output.questions.directory)") + ["next:"]
            + output.next.map { "  \($0)" }
    }
}

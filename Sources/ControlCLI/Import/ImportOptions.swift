import ArgumentParser
import Loop

/// Which fields of a record are what.
struct ImportFields: ParsableArguments {
    @Option(
        help: ArgumentHelp("A published set's layout, if it is not recognised.", valueName: "name"),
        completion: .list(SourceLayouts.standard.names)
    )
    var layout: String?

    @Option(help: ArgumentHelp("The field with the question.", valueName: "field"))
    var question: String?

    @Option(help: ArgumentHelp("The field with the reference answer.", valueName: "field"))
    var answer: String?

    @Option(help: ArgumentHelp("The field with the worked answer.", valueName: "field"))
    var rationale: String?

    @Option(
        help: ArgumentHelp(
            "The field with the options, or one field for each, with commas.",
            valueName: "fields"
        )
    )
    var choices: String?

    @Option(
        help: ArgumentHelp(
            "Options that every question has, with commas, such as yes,no.",
            valueName: "options"
        )
    )
    var options: String?

    /// The names that were given.
    var mapping: FieldMapping {
        func list(_ text: String?) -> [String] {
            text?.split(separator: ",").map { part in
                String(part.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
            } ?? []
        }
        return FieldMapping(
            question: question,
            answer: answer,
            rationale: rationale,
            choices: list(choices),
            options: list(options)
        )
    }
}

/// How questions are divided.
struct ImportDivision: ParsableArguments {
    @Option(
        help: ArgumentHelp("A file that is train already; can be given more than once.", valueName: "file")
    )
    var train: [String] = []

    @Option(help: ArgumentHelp("A file that is valid already.", valueName: "file"))
    var valid: [String] = []

    @Option(help: ArgumentHelp("A file that is gate already.", valueName: "file"))
    var gate: [String] = []

    @Option(help: ArgumentHelp("A file that is test already.", valueName: "file"))
    var test: [String] = []

    @Option(
        help: ArgumentHelp(
            "Counts or shares, such as train=500,valid=32,gate=10%,test=0.2; what is left out has its default.",
            valueName: "sizes"
        )
    )
    var split: String?

    @Option(help: "What the division depends on.")
    var seed: UInt64 = 0

    /// The files that are a split already.
    func files(of split: Split) -> [String] {
        switch split {
        case .train: train
        case .valid: valid
        case .gate: gate
        case .test: test
        }
    }
}

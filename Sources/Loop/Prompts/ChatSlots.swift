/// A rendered conversation, cut where its texts go.
///
/// Each text is rendered as a mark of private use between two wide blanks. A blank that is gone shows that
/// the template trims there; a mark that is gone, doubled or moved shows that it does more than that.
struct ChatSlots {
    /// What the template wrote before, between and behind the texts: one more than there are texts.
    private(set) var formats: [String] = []
    /// Whether the template trims each text at its start and its end.
    private(set) var trims: [(start: Bool, end: Bool)] = []

    /// Marks of private use, U+E100 and on.
    private static let firstMark: UInt32 = 0xE100
    private static let most = 4096
    /// An em space: white space that no template writes.
    private static let blank: Unicode.Scalar = "\u{2003}"

    /// Renders a conversation of some roles.
    ///
    /// - Throws: `LoopError` `invalid_configuration` when the template cannot be rendered or changes texts.
    init(
        _ roles: [Prompt.Role],
        _ renderer: any ChatRenderer,
        opensAnswer: Bool
    ) throws(LoopError) {
        guard roles.count <= Self.most else {
            throw LoopError(
                .invalidConfiguration,
                "prompt.shots has \(roles.count) turns, a conversation takes \(Self.most); shorten the examples"
            )
        }
        let marks = roles.indices.compactMap { Unicode.Scalar(Self.firstMark + UInt32($0)) }
        let turns = zip(roles, marks).map { role, mark in
            (role: role, text: String(String.UnicodeScalarView([Self.blank, mark, Self.blank])))
        }
        let text = try renderer.render(turns, opensAnswer: opensAnswer)
        let known = Self.firstMark..<Self.firstMark + UInt32(Self.most)
        var run = String.UnicodeScalarView()
        var skipsBlank = false
        for scalar in text.unicodeScalars {
            if skipsBlank {
                skipsBlank = false
                if scalar == Self.blank {
                    trims[trims.count - 1].end = false
                    continue
                }
            }
            guard known.contains(scalar.value) else {
                run.append(scalar)
                continue
            }
            guard trims.count < marks.count, scalar == marks[trims.count] else {
                throw Self.changed(renderer, "writes a text twice or in another order")
            }
            let keepsStart = run.last == Self.blank
            if keepsStart { run.removeLast() }
            trims.append((start: !keepsStart, end: true))
            formats.append(String(run))
            run = String.UnicodeScalarView()
            skipsBlank = true
        }
        guard trims.count == roles.count else {
            let role = roles[trims.count].rawValue
            throw Self.changed(
                renderer,
                "leaves out or changes the text of turn \(trims.count + 1) (\(role))"
            )
        }
        formats.append(String(run))
    }

    private static func changed(_ renderer: any ChatRenderer, _ what: String) -> LoopError {
        LoopError(
            .invalidConfiguration,
            "prompt.format chat: the chat template of \(renderer.place) \(what), so that it cannot be told from what "
                + "the template writes; use prompt.format plain"
        )
    }
}

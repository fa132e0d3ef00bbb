/// The text of the worked examples as a person meant it, whatever editor wrote the file.
public struct ShotsText: Hashable, Sendable {
    /// The text to put before the questions.
    public private(set) var text: String
    /// What was changed, or looks wrong.
    public private(set) var warnings: [String] = []

    /// Cleans a file's text: no byte order mark, lines that end in LF, and a line break before the template
    /// where the examples begin lines as it does.
    ///
    /// - Parameters:
    ///   - raw: The file's text.
    ///   - prompt: Template and format.
    public init(_ raw: String, for prompt: PromptSettings) {
        var scalars = Array(raw.unicodeScalars)
        if scalars.first == "\u{FEFF}" {
            scalars.removeFirst()
            warnings.append(
                "prompt.shots begins with a byte order mark, which is left out; save the file as plain UTF-8"
            )
        }
        text = ""
        let lines = Self.lines(scalars)
        text.unicodeScalars.append(contentsOf: lines.scalars)
        if lines.count > 0 {
            warnings.append(
                "prompt.shots has \(Plain.count(lines.count)) line breaks of Windows (CRLF or CR), which are read as LF; "
                    + "save the file with LF"
            )
        }
        endLastLine(before: prompt)
    }

    private static func lines(_ scalars: [Unicode.Scalar]) -> (scalars: [Unicode.Scalar], count: Int) {
        var result: [Unicode.Scalar] = []
        result.reserveCapacity(scalars.count)
        var count = 0
        for (place, scalar) in scalars.enumerated() {
            guard scalar == "\r" else {
                result.append(scalar)
                continue
            }
            count += 1
            if place + 1 == scalars.count || scalars[place + 1] != "\n" { result.append("\n") }
        }
        return (result, count)
    }

    /// Other formats put the examples into messages of their own.
    private mutating func endLastLine(before prompt: PromptSettings) {
        guard prompt.format == .plain, let last = text.last, !last.isNewline,
            let first = prompt.template.first, !first.isNewline
        else { return }
        let head = prompt.template.prefix { !$0.isNewline }.components(before: PromptSettings.placeholder)
        let begins = !head.isEmpty && text.split(whereSeparator: \.isNewline).contains { $0.hasPrefix(head) }
        if begins {
            text += "\n"
            warnings.append(
                "prompt.shots does not end with a line break; one is put before the question, since the examples begin "
                    + "their lines with \(head.settingText) as prompt.template does"
            )
        } else {
            warnings.append(
                "prompt.shots does not end with a line break, so that the question follows on the same line; end the "
                    + "file with one if that is not meant"
            )
        }
    }
}

extension Substring {
    /// What comes before a part, without spaces at its end; empty if the part is not there.
    fileprivate func components(before part: String) -> String {
        guard let place = firstRange(of: part) else { return "" }
        var head = String(self[..<place.lowerBound])
        while head.last?.isWhitespace == true { head.removeLast() }
        return head
    }
}

import Loop

extension Renderer {
    /// The adapters that the valid set chose among; nothing where there was no choice.
    func contenders(_ report: RoundReport) -> [String] {
        (report.contenders ?? []).map { contender in
            let facts = contender.facts
            let mark = contender.isChosen ? "chosen" : ""
            return
                "\(contender.name.padded(to: 11))\(facts.right.padded(to: 12))\(facts.loss.padded(to: 13))\(mark)"
                .trimmedEnd
        }
    }
}

extension ContenderReport {
    /// Its figures as words: right answers, and mean loss.
    var facts: (right: String, loss: String) {
        (
            "\(Format.count(valid.rightCount)) of \(Format.count(valid.count))",
            "loss \(Format.number(meanLoss, decimals: 3))"
        )
    }
}

extension String {
    /// Without spaces at its end.
    fileprivate var trimmedEnd: String {
        var text = self
        while text.hasSuffix(" ") { text.removeLast() }
        return text
    }
}

import Foundation
import Loop

extension PromptText {
    /// The text in Unicode's composed form (NFC), its marks moved along.
    ///
    /// A character that is content in part counts as content. If characters compose across a mark anyway,
    /// all of it does: no control token may come out of that.
    func composed() -> PromptText {
        let whole = text.precomposedStringWithCanonicalMapping
        if whole.utf8.elementsEqual(text.utf8) { return self }
        guard !contentRanges.isEmpty else { return PromptText(format: whole) }
        var (parts, offset): (PromptText, Int) = ("", 0)
        for character in text {
            let count = character.utf8.count
            let composed = String(character).precomposedStringWithCanonicalMapping
            let isFormat = isFormat(offset..<offset + count)
            parts += isFormat ? PromptText(format: composed) : PromptText(content: composed)
            offset += count
        }
        return parts.text.utf8.elementsEqual(whole.utf8) ? parts : PromptText(content: whole)
    }

    /// The text with every occurrence of some bytes replaced, its marks moved along.
    ///
    /// What replaces them is content if any of them was.
    func replacing(_ wanted: [UInt8], with replacement: String) -> PromptText {
        let bytes = Array(text.utf8)
        guard let first = wanted.first, bytes.contains(first) else { return self }
        var isContent = [Bool](repeating: false, count: bytes.count)
        for range in contentRanges { for index in range { isContent[index] = true } }
        var (parts, run, runIsContent): (PromptText, [UInt8], Bool) = ("", [], false)
        func add(_ new: some Collection<UInt8>, _ isContent: Bool) {
            if isContent != runIsContent, !run.isEmpty {
                let text = String(decoding: run, as: UTF8.self)
                parts += runIsContent ? PromptText(content: text) : PromptText(format: text)
                run = []
            }
            runIsContent = isContent
            run += new
        }
        var index = 0
        while index < bytes.count {
            if bytes[index] == first, bytes[index...].starts(with: wanted) {
                let end = index + wanted.count
                add(Array(replacement.utf8), isContent[index..<end].contains(true))
                index = end
            } else {
                add(CollectionOfOne(bytes[index]), isContent[index])
                index += 1
            }
        }
        let text = String(decoding: run, as: UTF8.self)
        return parts + (runIsContent ? PromptText(content: text) : PromptText(format: text))
    }
}

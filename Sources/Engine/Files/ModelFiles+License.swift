import Loop

extension ModelFiles {
    /// Longest front matter that is searched, in bytes.
    private static let mostFrontMatterBytes = 1 << 16

    /// The licence that the model's own metadata names, such as `apache-2.0`: the GGUF key `general.license`,
    /// or `license` in the front matter of a directory's README.md; nil if they name none, or not a plain
    /// identifier.
    package var license: String? {
        let named: String?
        switch source {
        case .gguf(let file):
            if case .string(let text)? = file.metadata["general.license"] {
                named = text
            } else {
                named = nil
            }
        case .huggingFace(let directory): named = Self.licenseInCard(of: directory)
        }
        return named.flatMap { $0.wholeMatch(of: /[A-Za-z0-9][A-Za-z0-9.+_\-]{0,63}/) == nil ? nil : $0 }
    }

    private static func licenseInCard(of directory: HuggingFaceDirectory) -> String? {
        guard let bytes = HuggingFaceDirectory.bytes(FileName.modelCard, in: directory.path) else { return nil }
        let lines = String(decoding: bytes.prefix(mostFrontMatterBytes), as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.first == "---" else { return nil }
        let line = lines.dropFirst().prefix { $0 != "---" }.first { $0.hasPrefix("license:") }
        return line.map { String($0.dropFirst("license:".count).filter { !" \"'\r".contains($0) }) }
    }
}

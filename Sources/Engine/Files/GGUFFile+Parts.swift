import Foundation

/// The name of one part of a model in several files, as llama-gguf-split gives it: `x-00001-of-00003.gguf`.
struct GGUFPartName: Equatable {
    /// What all parts begin with.
    let stem: String
    /// Its number, from 1.
    let number: Int
    /// How many there are.
    let count: Int

    /// Reads a file's name; nil for any other.
    init?(_ name: String) {
        guard let match = name.wholeMatch(of: /(.+)-(\d{5})-of-(\d{5})\.gguf/),
            let number = Int(match.2), let count = Int(match.3), (1...max(count, 1)).contains(number)
        else { return nil }
        (stem, self.number, self.count) = (String(match.1), number, count)
    }

    /// The name of a part.
    static func file(_ stem: String, _ number: Int, of count: Int) -> String {
        func digits(_ number: Int) -> String { String(format: "%05d", number) }
        return "\(stem)-\(digits(number))-of-\(digits(count)).gguf"
    }
}

extension GGUFFile {
    /// The model's name: the file's without `.gguf` and the number of its part.
    var modelName: String {
        if parts.count > 1, let part = GGUFPartName(file.name) { return part.stem }
        return file.name.hasSuffix(".gguf") ? String(file.name.dropLast(5)) : file.name
    }

    /// Opens the other parts of a model, which are beside its first; none for a model in one file.
    ///
    /// - Throws: `EngineError` of code `model_malformed` for another part than the first, `model_missing`
    ///   with the name of a part that is not there.
    static func otherParts(of file: MappedFile, _ metadata: [String: GGUFValue]) throws -> [MappedFile] {
        guard let count = integer("split.count", in: metadata), count > 1 else { return [] }
        let own = GGUFPartName(file.name)
        guard let own, own.number == 1, own.count == count, integer("split.no", in: metadata) ?? 0 == 0 else {
            let stem = own?.stem ?? "model"
            let (first, last) = (
                GGUFPartName.file(stem, 1, of: count), GGUFPartName.file(stem, count, of: count)
            )
            throw EngineError(
                .modelMalformed,
                "cannot read model \(file.name): it is one of the \(count) parts \(first) to \(last); give \(first), with "
                    + "the others beside it, or join them with \"llama-gguf-split --merge \(first) \(stem).gguf\" and give "
                    + "that file"
            )
        }
        let directory = URL(fileURLWithPath: file.path).deletingLastPathComponent()
        return try (2...count).map { number in
            let name = GGUFPartName.file(own.stem, number, of: count)
            do {
                return try MappedFile(path: directory.appendingPathComponent(name).path)
            } catch let error as EngineError where error.code == .modelMissing {
                throw EngineError(
                    .modelMissing,
                    "cannot read model \(file.name): its part \(name) is not beside it or cannot be read; get it, all "
                        + "\(count) parts belong into one directory",
                    cause: error
                )
            }
        }
    }

    /// The tensors of all parts.
    ///
    /// - Parameters:
    ///   - first: What the first part holds.
    ///   - parts: All parts, in order.
    /// - Returns: The tensors by name.
    /// - Throws: `EngineError` of code `model_malformed` for a part of another model, by its name.
    static func joined(_ first: Contents, _ parts: [MappedFile]) throws -> [String: Tensor] {
        var tensors = first.tensors
        for (place, part) in parts.enumerated().dropFirst() {
            let own = try contents(of: part)
            let (number, count) = (
                integer("split.no", in: own.metadata), integer("split.count", in: own.metadata)
            )
            guard number == place, count == parts.count else {
                throw foreign(
                    part,
                    of: parts[0],
                    "its split.no is \(number.map(String.init) ?? "missing") and its split.count "
                        + "\(count.map(String.init) ?? "missing"), expected \(place) and \(parts.count)"
                )
            }
            for (name, var tensor) in own.tensors.sorted(by: { $0.key < $1.key }) {
                tensor.part = place
                if let other = tensors.updateValue(tensor, forKey: name) {
                    throw foreign(part, of: parts[0], "tensor \(name) is in \(parts[other.part].name), too")
                }
            }
        }
        if let count = integer("split.tensors.count", in: first.metadata), count != tensors.count {
            throw EngineError(
                .modelMalformed,
                "cannot read model \(parts[0].name): its \(parts.count) parts hold \(tensors.count) tensors, "
                    + "split.tensors.count is \(count); get all parts of one model again"
            )
        }
        return tensors
    }

    private static func foreign(_ part: MappedFile, of first: MappedFile, _ why: String) -> EngineError {
        EngineError(
            .modelMalformed,
            "cannot read model \(first.name): \(part.name) is no part of it: \(why); get the parts of one model"
        )
    }

    private static func integer(_ key: String, in metadata: [String: GGUFValue]) -> Int? {
        guard case .integer(let number)? = metadata[key] else { return nil }
        return Int(clamping: number)
    }
}

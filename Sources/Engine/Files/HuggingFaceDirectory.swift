import Foundation
import Loop

/// A Hugging Face model directory: `config.json`, safetensors (one file or shards) and tokenizer files.
struct HuggingFaceDirectory: Sendable {
    let path: String
    let description: ModelDescription
    let tokenizer: HuggingFaceTokenizerFiles
    private let files: [SafetensorsFile]
    /// The files that are used besides the weights: configuration, tokenizer, index.
    private let smallFiles: [StampedFile]
    private let places: [String: Int]

    /// The directory's own name; for a snapshot in the Hugging Face cache the name that the model has there.
    var name: String {
        let parts = URL(fileURLWithPath: path).standardized.pathComponents
        guard let last = parts.last else { return path }
        guard parts.count >= 3, parts[parts.count - 2] == "snapshots",
            parts[parts.count - 3].hasPrefix("models--")
        else { return last }
        // Only the first one is the slash: a name may have two dashes of its own.
        let name = parts[parts.count - 3].dropFirst("models--".count)
        guard let slash = name.range(of: "--") else { return String(name) }
        return "\(name[..<slash.lowerBound])/\(name[slash.upperBound...])"
    }

    /// The weight files, in order of their names.
    var weightFiles: [MappedFile] { files.map(\.file) }

    /// The files that are used, as they were when they were opened.
    var stamps: [FileStamp] { smallFiles.map(\.stamp) + weightFiles.map(\.stamp) }

    /// SHA-256 of each file besides the weights, by name.
    var smallFileDigests: [String: String] {
        Dictionary(smallFiles.map { ($0.name, $0.sha256) }) { first, _ in first }
    }

    /// Shapes of all tensors by name.
    var shapes: [String: [Int]] {
        var shapes: [String: [Int]] = [:]
        for file in files { shapes.merge(file.tensors.mapValues(\.shape)) { first, _ in first } }
        return shapes
    }

    /// Reads configuration, weight headers and tokenizer files.
    ///
    /// - Throws: `EngineError` naming file, field, value and remedy.
    init(path: String, families: Families) throws {
        self.path = path
        var reader = SmallFiles(path: path)
        guard let config = try reader.json(FileName.modelConfiguration) else {
            throw EngineError(
                .modelMissing,
                "there is no config.json in \(path): give a GGUF file or a whole Hugging Face directory"
            )
        }
        description = try families.describe(HuggingFaceConfiguration(config: config, path: path))
        let generation = try reader.json(Self.generationName)
        guard let tokenizerJSON = reader.bytes(FileName.tokenizer) else {
            throw EngineError(.modelMissing, Self.withoutTokenizer(path))
        }
        let eos = try Self.ids("eos_token_id", of: generation, Self.generationName, in: path)
        let bos = try Self.ids("bos_token_id", of: generation, Self.generationName, in: path)
        let ownBOS = try Self.ids("bos_token_id", of: config, FileName.modelConfiguration, in: path)
        tokenizer = HuggingFaceTokenizerFiles(
            tokenizerJSON: tokenizerJSON,
            tokenizerConfig: reader.bytes("tokenizer_config.json"),
            specialTokensMap: reader.bytes("special_tokens_map.json"),
            addedTokens: reader.bytes("added_tokens.json"),
            chatTemplate: reader.bytes("chat_template.jinja"),
            eosIDs: eos.isEmpty
                ? try Self.ids("eos_token_id", of: config, FileName.modelConfiguration, in: path) : eos,
            bosID: bos.first ?? ownBOS.first
        )
        let names = try Self.weightFileNames(&reader)
        try Self.checkWeights(names, in: path)
        try Self.refuseTwoSets(names, in: path)
        files = try names.map { try SafetensorsFile(path: "\(path)/\($0)") }
        smallFiles = reader.files
        var places: [String: Int] = [:]
        for (index, file) in files.enumerated() {
            for key in file.tensors.keys.sorted() {
                guard places.updateValue(index, forKey: key) == nil else {
                    throw EngineError(
                        .modelMalformed,
                        "cannot read model \(path): tensor \(key) is in two files; get the directory again"
                    )
                }
            }
        }
        self.places = places
    }

    /// A tensor by its name, and the file it is in.
    func tensor(_ name: String) -> (file: MappedFile, tensor: SafetensorsFile.Tensor)? {
        guard let place = places[name], let tensor = files[place].tensors[name] else { return nil }
        return (files[place].file, tensor)
    }

    /// The bytes of a file of the directory; nil without it.
    static func bytes(_ file: String, in path: String) -> [UInt8]? {
        FileManager.default.contents(atPath: "\(path)/\(file)").map { Array($0) }
    }

    /// What a directory without tokenizer.json holds instead, and how to convert it.
    private static func withoutTokenizer(_ path: String) -> String {
        let others = ["vocab.json", "merges.txt", "tokenizer.model", "vocab.txt"].filter {
            FileManager.default.fileExists(atPath: "\(path)/\($0)")
        }
        guard !others.isEmpty else { return "there is no tokenizer.json in \(path): get the whole directory" }
        return "there is no tokenizer.json in \(path), but \(others.joined(separator: ", ")): write it with "
            + "transformers, AutoTokenizer.from_pretrained(\"\(path)\").save_pretrained(\"\(path)\")"
    }

    /// Says which weight files are missing, and what to do with others that are there.
    private static func checkWeights(_ names: [String], in path: String) throws {
        func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: "\(path)/\(name)") }
        guard let missing = names.first(where: { !exists($0) }) else { return }
        let all = ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
        let pickles = all.filter { $0.hasPrefix("pytorch_model") && $0.hasSuffix(".bin") }
        let weights = all.filter { $0.hasSuffix(".safetensors") }
        let problem: String
        if names != ["model.safetensors"] {
            let found = weights.isEmpty ? "no safetensors file" : weights.joined(separator: ", ")
            problem =
                "model.safetensors.index.json names \(missing), which is not there, but \(found) is; get the missing "
                + "files, or remove the index if model.safetensors is whole"
        } else if let pickle = pickles.first {
            problem =
                "there is no model.safetensors, but \(pickle), which is not read because such files can run code; "
                + "convert it with transformers, "
                + "AutoModelForCausalLM.from_pretrained(\"\(path)\").save_pretrained(\"\(path)\")"
        } else if !weights.isEmpty {
            problem =
                "there is no model.safetensors and no index, but \(weights.joined(separator: ", ")); get "
                + "model.safetensors.index.json as well, or call a single file model.safetensors"
        } else {
            problem = "there is no model.safetensors; get the whole directory"
        }
        throw EngineError(.modelMissing, "cannot read model \(path): \(problem)")
    }

    /// Refuses a whole file beside an index of others: transformers reads the file, other readers the index.
    private static func refuseTwoSets(_ names: [String], in path: String) throws {
        let whole = "model.safetensors"
        guard !names.contains(whole), FileManager.default.fileExists(atPath: "\(path)/\(whole)") else {
            return
        }
        throw EngineError(
            .modelMalformed,
            "cannot read model \(path): there is \(whole), and model.safetensors.index.json names "
                + "\(names.joined(separator: ", ")) instead; remove the file or the index, whichever is not the model"
        )
    }

    private static let generationName = "generation_config.json"

    /// Token ids: a number, a list of them, or nothing.
    private static func ids(
        _ key: String,
        of file: JSONValue?,
        _ name: String,
        in path: String
    ) throws -> [Int] {
        func malformed(_ problem: String) -> EngineError {
            EngineError(.modelMalformed, "cannot read \(path)/\(name): \(problem); get the file again")
        }
        guard let file else { return [] }
        guard file.object != nil else { throw malformed("it is no JSON object") }
        guard let value = file[key], value != .null else { return [] }
        let values = value.array ?? [value]
        let ids = values.compactMap(\.integer)
        guard ids.count == values.count else {
            let found = String(decoding: value.encoded().prefix(80), as: UTF8.self)
            throw malformed("\(key) is \(found), expected a token's number or a list of them")
        }
        return ids
    }

    /// The single weight file, or the shards that the index names.
    private static func weightFileNames(_ reader: inout SmallFiles) throws -> [String] {
        guard let index = try reader.json("model.safetensors.index.json") else {
            return ["model.safetensors"]
        }
        let names = Set((index["weight_map"]?.object ?? []).compactMap(\.value.string))
        guard !names.isEmpty, names.allSatisfy({ !$0.contains("/") && !$0.hasPrefix(".") }) else {
            throw EngineError(
                .modelMalformed,
                "cannot read \(reader.path)/model.safetensors.index.json: weight_map names no files or files outside "
                    + "the directory; get the file again"
            )
        }
        return names.sorted()
    }
}

/// Reads the small files of a model's directory and remembers each one read.
private struct SmallFiles {
    let path: String
    private(set) var files: [StampedFile] = []

    init(path: String) { self.path = path }

    /// A file's bytes; nil without it.
    mutating func bytes(_ name: String) -> [UInt8]? {
        guard let file = StampedFile(name, in: path) else { return nil }
        files.append(file)
        return file.bytes
    }

    mutating func json(_ name: String) throws -> JSONValue? {
        guard let bytes = bytes(name) else { return nil }
        do {
            return try JSONParser.parse(bytes)
        } catch {
            if let kind = FileKind.stranger(bytes) {
                throw EngineError(.modelMalformed, "cannot read \(path)/\(name): \(kind)", cause: error)
            }
            throw EngineError(
                .modelMalformed,
                "cannot read \(path)/\(name): it is not JSON: \(error); get the file again",
                cause: error
            )
        }
    }
}

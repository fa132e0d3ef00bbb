import Foundation

/// A Hugging Face model directory: `config.json`, safetensors (one file or shards) and tokenizer files.
struct HuggingFaceDirectory: Sendable {
    let path: String
    let configuration: ModelConfiguration
    let tokenizer: HuggingFaceTokenizerFiles
    private let files: [SafetensorsFile]
    private let places: [String: Int]

    /// The directory's own name.
    var name: String { URL(fileURLWithPath: path).lastPathComponent }

    /// The weight files, in order of their names.
    var weightFiles: [MappedFile] { files.map(\.file) }

    /// Shapes of all tensors by name.
    var shapes: [String: [Int]] {
        var shapes: [String: [Int]] = [:]
        for file in files { shapes.merge(file.tensors.mapValues(\.shape)) { first, _ in first } }
        return shapes
    }

    /// Reads configuration, weight headers and tokenizer files.
    ///
    /// - Throws: `EngineError` naming file, field, value and remedy.
    init(path: String) throws {
        self.path = path
        let config = try Self.json("config.json", in: path)
        guard let config else {
            throw EngineError(
                .modelMissing,
                "there is no config.json in \(path): give a GGUF file or a whole Hugging Face directory"
            )
        }
        configuration = try HuggingFaceConfiguration(config: config, path: path).modelConfiguration()
        let generation = try Self.json("generation_config.json", in: path)
        guard let tokenizerJSON = Self.bytes("tokenizer.json", in: path) else {
            throw EngineError(.modelMissing, "there is no tokenizer.json in \(path): get the whole directory")
        }
        let eos = Self.ids(generation?["eos_token_id"])
        tokenizer = HuggingFaceTokenizerFiles(
            tokenizerJSON: tokenizerJSON,
            tokenizerConfig: Self.bytes("tokenizer_config.json", in: path),
            specialTokensMap: Self.bytes("special_tokens_map.json", in: path),
            chatTemplate: Self.bytes("chat_template.jinja", in: path),
            eosIDs: eos.isEmpty ? Self.ids(config["eos_token_id"]) : eos,
            bosID: generation?["bos_token_id"]?.integer ?? config["bos_token_id"]?.integer
        )
        files = try Self.fileNames(in: path).map { try SafetensorsFile(path: "\(path)/\($0)") }
        var places: [String: Int] = [:]
        for (index, file) in files.enumerated() {
            for key in file.tensors.keys.sorted() {
                guard places.updateValue(index, forKey: key) == nil else {
                    throw EngineError(
                        .modelMalformed,
                        "cannot read model \(path): tensor \(key) stands in two files; get the directory again"
                    )
                }
            }
        }
        self.places = places
    }

    /// A tensor and the file it is in.
    func tensor(_ name: TensorName) -> (file: MappedFile, tensor: SafetensorsFile.Tensor)? {
        guard let place = places[name.huggingFaceName],
            let tensor = files[place].tensors[name.huggingFaceName]
        else { return nil }
        return (files[place].file, tensor)
    }

    /// The bytes of a file of the directory; nil without it.
    static func bytes(_ file: String, in path: String) -> [UInt8]? {
        FileManager.default.contents(atPath: "\(path)/\(file)").map { Array($0) }
    }

    private static func json(_ file: String, in path: String) throws -> JSONValue? {
        guard let bytes = bytes(file, in: path) else { return nil }
        do {
            return try JSONParser.parse(bytes)
        } catch {
            throw EngineError(
                .modelMalformed,
                "cannot read \(path)/\(file): it is no JSON: \(error); get the file again",
                cause: error
            )
        }
    }

    /// `eos_token_id` is a number or a list of them.
    private static func ids(_ value: JSONValue?) -> [Int] {
        value?.array?.compactMap(\.integer) ?? (value?.integer).map { [$0] } ?? []
    }

    /// The single weight file, or the shards that the index names.
    private static func fileNames(in path: String) throws -> [String] {
        guard let index = try json("model.safetensors.index.json", in: path) else {
            return ["model.safetensors"]
        }
        let names = Set((index["weight_map"]?.object ?? []).compactMap(\.value.string))
        guard !names.isEmpty, names.allSatisfy({ !$0.contains("/") && !$0.hasPrefix(".") }) else {
            throw EngineError(
                .modelMalformed,
                "cannot read \(path)/model.safetensors.index.json: weight_map names no files or files outside "
                    + "the directory; get the file again"
            )
        }
        return names.sorted()
    }
}

/// A file's name and content, to be written durably by the store.
public struct FileContent: Hashable, Sendable {
    /// File name without a directory.
    public var name: String
    /// Its bytes.
    public var bytes: [UInt8]

    /// Builds a file.
    public init(name: String, bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
    }
}

/// A PEFT adapter directory on disk, its hashes checked by the store.
public struct AdapterLocation: Hashable, Codable, Sendable {
    /// Absolute path of the directory.
    public var path: String
    /// SHA-256 of its `adapter_model.safetensors`, lower-case hex.
    public var sha256: String

    /// Builds a location.
    public init(path: String, sha256: String) {
        self.path = path
        self.sha256 = sha256
    }
}

import Foundation

/// The base model as servers and trainer read it: the user's own Hugging Face directory, or one written from
/// a GGUF file.
struct BaseDirectory: Sendable {
    /// Its absolute path.
    let path: String
    private let model: any ScaleOutModel
    private let isBF16: Bool

    init(model: any ScaleOutModel, given: String, sha256: String, settings: ScaleOutSettings) {
        self.model = model
        isBF16 = settings.precision == .bf16
        var isDirectory = ObjCBool(false)
        let isThere = FileManager.default.fileExists(atPath: given, isDirectory: &isDirectory)
        path =
            isThere && isDirectory.boolValue
            ? URL(filePath: given).standardizedFileURL.path(percentEncoded: false)
            : "\(settings.directory)/model-\(sha256.prefix(8))-\(settings.precision.rawValue)"
    }

    /// Writes it unless it is there; it appears under its name when it is complete.
    func prepare(_ progress: @Sendable () -> Void) throws {
        guard !FileManager.default.fileExists(atPath: path) else { return }
        try model.writeBase(to: path, isBF16: isBF16, progress: progress)
    }
}

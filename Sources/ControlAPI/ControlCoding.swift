public import Foundation
import Loop

/// How JSON is written and read on the socket.
///
/// Keys are snake_case and sorted; keys of string dictionaries (phase names, extractor profiles) stay as they
/// are. Foundation's own pair of strategies does not restore `meanDSWeight`, so both directions are our own.
/// Numbers that are not finite travel as the strings `nan`, `inf` and `-inf`.
public enum ControlCoding {
    /// An encoder for replies, requests and stream items: one line without trailing newline.
    public static func encoder() -> JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if let key = CodingUserInfoKey.showsEverySetting { encoder.userInfo[key] = true }
        encoder.keyEncodingStrategy = .custom { path in
            WireKey(snakeCase(path.last?.stringValue ?? ""))
        }
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf",
            negativeInfinity: "-inf",
            nan: "nan"
        )
        return encoder
    }

    /// A decoder for what `encoder()` writes; unknown keys are ignored.
    public static func decoder() -> JSONDecoder {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .custom { path in
            WireKey(camelCase(path.last?.stringValue ?? ""))
        }
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf",
            negativeInfinity: "-inf",
            nan: "nan"
        )
        return decoder
    }

    /// Encodes a value.
    public static func encode(_ value: some Encodable) throws -> Data {
        try encoder().encode(value)
    }

    /// Decodes a value.
    public static func decode<Value: Decodable>(_ type: Value.Type, from data: Data) throws -> Value {
        try decoder().decode(type, from: data)
    }

    /// `meanDSWeight` → `mean_ds_weight`: a new word starts at a capital that follows a small letter or
    /// a digit, and at the last capital of a run that a small letter follows.
    ///
    /// By bytes, since a page of candidates has thousands of keys; all of them are ASCII.
    package static func snakeCase(_ name: String) -> String {
        let capitals = UInt8(ascii: "A")...UInt8(ascii: "Z")
        let small = UInt8(ascii: "a")...UInt8(ascii: "z")
        let letters = Array(name.utf8)
        var result: [UInt8] = []
        result.reserveCapacity(letters.count + 8)
        for (index, letter) in letters.enumerated() {
            guard capitals.contains(letter) else {
                result.append(letter)
                continue
            }
            let isNextSmall = index + 1 < letters.count && small.contains(letters[index + 1])
            if index > 0, !capitals.contains(letters[index - 1]) || isNextSmall {
                result.append(UInt8(ascii: "_"))
            }
            result.append(letter + 32)
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// `mean_ds_weight` → `meanDSWeight`; of all words only `ds` is written in capitals.
    package static func camelCase(_ name: String) -> String {
        let words = name.split(separator: "_")
        guard let first = words.first else { return name }
        return words.dropFirst().reduce(into: String(first)) { result, word in
            result += word == "ds" ? "DS" : word.prefix(1).uppercased() + word.dropFirst()
        }
    }
}

private struct WireKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(_ name: String) { stringValue = name }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}

/// A reply's top object: every one carries the schema's version.
public protocol ControlReply: Codable, Sendable {
    /// `ControlVersion.schema` of the daemon.
    var schemaVersion: Int { get }
}

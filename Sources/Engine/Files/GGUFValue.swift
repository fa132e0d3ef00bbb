/// A value of a GGUF file's metadata.
enum GGUFValue: Sendable {
    case integer(Int64)
    case float(Double)
    case bool(Bool)
    case string(String)
    case integers([Int64])
    case floats([Double])
    case bools([Bool])
    case strings([String])

    /// Reads a value of a type given by its number.
    init(from cursor: inout GGUFCursor, type: UInt32) throws {
        guard type == Self.array else {
            self = try Self.scalar(from: &cursor, type: type)
            return
        }
        let element: UInt32 = try cursor.number()
        guard let width = Self.width(of: element) else {
            throw cursor.malformed("an array of type \(element) is not known (nested arrays are not read)")
        }
        let count = try cursor.count(width: width, most: GGUFCursor.mostElements, of: "elements")
        switch element {
        case 6, 12: self = .floats(try (0..<count).map { _ in try Self.float(from: &cursor, type: element) })
        case 7: self = .bools(try (0..<count).map { _ in try Self.bool(from: &cursor) })
        case 8: self = .strings(try (0..<count).map { _ in try cursor.string() })
        default:
            self = .integers(try (0..<count).map { _ in try Self.integer(from: &cursor, type: element) })
        }
    }

    private static let array: UInt32 = 9

    /// Least bytes of one value of a scalar type; nil for arrays and unknown types.
    private static func width(of type: UInt32) -> Int? {
        switch type {
        case 0, 1, 7: 1
        case 2, 3: 2
        case 4, 5, 6: 4
        case 8, 10, 11, 12: 8
        default: nil
        }
    }

    private static func scalar(from cursor: inout GGUFCursor, type: UInt32) throws -> GGUFValue {
        switch type {
        case 0...5, 10, 11: .integer(try integer(from: &cursor, type: type))
        case 6, 12: .float(try float(from: &cursor, type: type))
        case 7: .bool(try bool(from: &cursor))
        case 8: .string(try cursor.string())
        default: throw cursor.malformed("value type \(type) is not known")
        }
    }

    private static func integer(from cursor: inout GGUFCursor, type: UInt32) throws -> Int64 {
        switch type {
        case 0: return Int64(try cursor.number(UInt8.self))
        case 1: return Int64(try cursor.number(Int8.self))
        case 2: return Int64(try cursor.number(UInt16.self))
        case 3: return Int64(try cursor.number(Int16.self))
        case 4: return Int64(try cursor.number(UInt32.self))
        case 5: return Int64(try cursor.number(Int32.self))
        case 10:
            let value: UInt64 = try cursor.number()
            guard let narrow = Int64(exactly: value) else {
                throw cursor.malformed("\(value) is beyond \(Int64.max)")
            }
            return narrow
        default: return try cursor.number(Int64.self)
        }
    }

    private static func float(from cursor: inout GGUFCursor, type: UInt32) throws -> Double {
        type == 6
            ? Double(Float(bitPattern: try cursor.number(UInt32.self)))
            : Double(bitPattern: try cursor.number(UInt64.self))
    }

    private static func bool(from cursor: inout GGUFCursor) throws -> Bool {
        let byte: UInt8 = try cursor.number()
        guard byte <= 1 else { throw cursor.malformed("a truth value is \(byte), expected 0 or 1") }
        return byte == 1
    }
}

/// A value of a file of somebody else's making, before it is a question.
public enum SourceValue: Hashable, Sendable {
    /// Nothing is given.
    case null
    /// True or false.
    case bool(Bool)
    /// A number by its digits: binary floating point would change some.
    case number(String)
    /// A text; every cell of a table is one.
    case text(String)
    /// A list.
    case list([SourceValue])
    /// Fields by name.
    case object(SourceObject)

    /// A text or a number as it is written, yes or no for a truth value; nil for anything else and for blank
    /// texts.
    public var words: String? {
        switch self {
        case .text(let text): text.contains { !$0.isWhitespace } ? text : nil
        case .number(let digits): SourceValue.plain(digits)
        case .bool(let isTrue): isTrue ? "yes" : "no"
        case .null, .list, .object: nil
        }
    }

    /// The values of a list; nil for anything else.
    public var items: [SourceValue]? {
        guard case .list(let items) = self else { return nil }
        return items
    }

    /// The fields of an object; nil for anything else.
    public var fields: SourceObject? {
        guard case .object(let fields) = self else { return nil }
        return fields
    }

    /// The truth value; nil for anything else.
    public var truth: Bool? {
        guard case .bool(let isTrue) = self else { return nil }
        return isTrue
    }

    /// The texts of a list of texts and numbers; nil for anything else.
    public var texts: [String]? {
        guard let items else { return nil }
        let texts = items.compactMap(\.words)
        return texts.count == items.count ? texts : nil
    }

    /// `8` for the `8.0` that programs write for whole numbers.
    private static func plain(_ digits: String) -> String {
        guard let dot = digits.firstIndex(of: "."), !digits.lowercased().contains("e"),
            digits[digits.index(after: dot)...].allSatisfy({ $0 == "0" })
        else { return digits }
        return String(digits[..<dot])
    }
}

/// Fields in the order in which they are written.
public struct SourceObject: Hashable, Sendable {
    /// The line on which it begins, from 1.
    public let line: Int
    /// The fields' names.
    public private(set) var names: [String] = []
    private var values: [SourceValue] = []
    /// Where a name is, once there are many: a table written column by column has one for each row.
    private var places: [String: Int] = [:]
    private static let fewNames = 16

    /// An object without fields.
    public init(line: Int) { self.line = line }

    /// Adds a field.
    ///
    /// - Returns: False if there is one of that name already.
    mutating func add(_ name: String, _ value: SourceValue) -> Bool {
        guard place(of: name) == nil else { return false }
        names.append(name)
        values.append(value)
        if names.count == Self.fewNames {
            for (place, name) in names.enumerated() { places[name] = place }
        } else if names.count > Self.fewNames {
            places[name] = names.count - 1
        }
        return true
    }

    private func place(of name: String) -> Int? {
        names.count < Self.fewNames ? names.firstIndex(of: name) : places[name]
    }

    /// A field's value; nil if there is no such field.
    public subscript(name: String) -> SourceValue? { place(of: name).map { values[$0] } }

    /// Whether every one of some fields is there.
    public func has(_ wanted: String...) -> Bool { wanted.allSatisfy { place(of: $0) != nil } }

    /// A field's text, number or truth value in words.
    public func words(_ name: String) -> String? { self[name]?.words }
}

/// The one declaration of a setting: path, type, default, allowed values and meaning.
///
/// Configuration file, environment variables, range checks, the printed reference, the manual page and the
/// recorded form in journals all follow from it. The default is the value in `Root()`.
public struct Setting<Root: Sendable>: Sendable {
    /// The path, such as `generate.topP`; without a dot for a key at the top level.
    public let path: String
    /// One line: what it does, its unit, what special values mean.
    public let meaning: String
    /// What a person must write.
    public let expectation: String
    /// Whether its values are texts, which an environment variable gives without quotes.
    public let isText: Bool
    /// Whether it names a file, which may be relative.
    public let isPath: Bool

    let read: @Sendable (SettingNode, inout Root) -> Bool
    let text: @Sendable (Root) -> String
    let fault: @Sendable (Root) -> String?
    let decode: @Sendable (KeyedDecodingContainer<SettingKey>, inout Root) throws -> Void
    let encode: @Sendable (Root, inout KeyedEncodingContainer<SettingKey>, _ showsAll: Bool) throws -> Void

    /// The section; nil at the top level.
    public var section: String? {
        path.firstIndex(of: ".").map { String(path[..<$0]) }
    }

    /// The key within its section.
    public var key: String { path.split(separator: ".").last.map(String.init) ?? path }

    /// The environment variable that overrides it, such as `AUTODIDACT_GENERATE_TOP_P`.
    public var environmentName: String {
        path.reduce(into: "AUTODIDACT_") { name, letter in
            if letter == "." {
                name += "_"
            } else {
                if letter.isUppercase { name += "_" }
                name += letter.uppercased()
            }
        }
    }

    /// Takes a value.
    ///
    /// - Parameters:
    ///   - node: As it is written.
    ///   - root: What it is set in.
    /// - Returns: False when the node is of another type.
    public func assign(_ node: SettingNode, to root: inout Root) -> Bool { read(node, &root) }

    /// The value as a configuration file writes it.
    public func shown(in root: Root) -> String { text(root) }

    /// Checks the value against what is allowed.
    ///
    /// - Throws: `LoopError` `invalid_configuration` naming path, value and what is allowed.
    public func check(_ root: Root) throws(LoopError) {
        guard let fault = fault(root) else { return }
        throw LoopError(.invalidConfiguration, "\(path) \(fault)")
    }
}

extension Setting where Root: SettingsRoot {
    /// Declares a setting.
    ///
    /// - Parameters:
    ///   - path: Its path.
    ///   - value: Where its value is.
    ///   - rule: Which values are allowed.
    ///   - meaning: One line for the reference.
    ///   - isPath: Whether it names a file.
    ///   - isRecorded: Whether journals record it although it has the value that a record without it means
    ///     (`unrecorded`). All settings of version 0.1.0 are; newer ones are recorded where they differ, so
    ///     that the record of an older round stays what it was.
    public init<Value: SettingValue>(
        _ path: String,
        _ value: any WritableKeyPath<Root, Value> & Sendable,
        _ rule: SettingRule<Value> = .any,
        _ meaning: String,
        isPath: Bool = false,
        isRecorded: Bool = true
    ) {
        self.path = path
        self.meaning = meaning
        expectation = isPath ? "a path; put it in double quotes" : Value.expectation
        isText = Value.self is String.Type
        self.isPath = isPath
        let key = SettingKey(path.split(separator: ".").last.map(String.init) ?? path)
        read = { node, root in
            guard let read = Value.read(node) else { return false }
            root[keyPath: value] = read
            return true
        }
        text = { $0[keyPath: value].settingText }
        fault = { rule.fault($0[keyPath: value]) }
        decode = { container, root in
            if let found = try container.decodeIfPresent(Value.self, forKey: key) {
                root[keyPath: value] = found
            }
        }
        encode = { root, container, showsAll in
            let isMeant = root[keyPath: value] == Root.unrecorded[keyPath: value]
            guard isRecorded || showsAll || !isMeant else { return }
            try container.encode(root[keyPath: value], forKey: key)
        }
    }

    /// The same setting as part of something larger.
    ///
    /// - Parameters:
    ///   - whole: Where the part is in it.
    ///   - section: The part's name; the path gets it in front.
    /// - Returns: A setting of the whole.
    public func lifted<Whole: Sendable>(
        to whole: any WritableKeyPath<Whole, Root> & Sendable,
        section: String? = nil
    ) -> Setting<Whole> {
        Setting<Whole>(
            path: section.map { "\($0).\(path)" } ?? path,
            meaning: meaning,
            expectation: expectation,
            isText: isText,
            isPath: isPath,
            read: { read($0, &$1[keyPath: whole]) },
            text: { text($0[keyPath: whole]) },
            fault: { fault($0[keyPath: whole]) },
            decode: { try decode($0, &$1[keyPath: whole]) },
            encode: { try encode($0[keyPath: whole], &$1, $2) }
        )
    }
}

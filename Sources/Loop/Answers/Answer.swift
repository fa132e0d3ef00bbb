/// An extracted answer in canonical form: two answers are the same exactly when their texts are.
///
/// Numbers are exact: `5.0` and `5` are both `5`, `1/2` and `0.50` are both `0.5`, `2/6` is `1/3`.
/// Choices are the option's upper-case letter.
public struct Answer: Hashable, Codable, Sendable, CustomStringConvertible {
    /// The canonical text, as candidates store it.
    public let canonical: String

    /// Wraps a text that is canonical already.
    public init(canonical: String) { self.canonical = canonical }

    /// The canonical text.
    public var description: String { canonical }
}

/// The layouts there are.
public struct SourceLayouts: Sendable {
    private let layouts: [any SourceLayout.Type]

    /// Every layout that a command line can name; a new one is a line here.
    public static let standard = SourceLayouts([
        GSM8KLayout.self,
        SVAMPLayout.self,
        MathLayout.self,
        ARCLayout.self,
        OpenBookQALayout.self,
        StrategyQALayout.self,
        BoolQLayout.self,
        ANLILayout.self,
        SQuADLayout.self,
        NaturalInstructionsLayout.self,
        AlpacaLayout.self,
        ShareGPTLayout.self,
        MessagesLayout.self,
    ])

    /// Joins layouts.
    public init(_ layouts: [any SourceLayout.Type]) { self.layouts = layouts }

    /// Their names in order.
    public var names: [String] { layouts.map { $0.name } }

    /// Name and fields of each, for a person.
    public var shapes: [(name: String, shape: String)] { layouts.map { ($0.name, $0.shape) } }

    /// The layout of a name; nil when there is none.
    public subscript(name: String) -> (any SourceLayout.Type)? { layouts.first { $0.name == name } }

    /// The one layout that a record fits; nil when none or several do.
    public func fitting(_ record: SourceObject) -> (any SourceLayout.Type)? {
        let found = layouts.filter { $0.fits(record) }
        return found.count == 1 ? found[0] : nil
    }

    /// The one layout that the records of a file fit, nine of ten at least; nil when there is none.
    public func fitting(_ records: [SourceObject]) -> (any SourceLayout.Type)? {
        let found = layouts.filter { layout in
            records.reduce(0) { $0 + (layout.fits($1) ? 1 : 0) } * 10 >= max(1, records.count) * 9
        }
        return found.count == 1 ? found[0] : nil
    }
}

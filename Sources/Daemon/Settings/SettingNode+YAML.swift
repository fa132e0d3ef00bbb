import Loop
import Yams

extension SettingNode {
    /// A node of a YAML document.
    ///
    /// A word without quotes that YAML does not read as text, such as a number, is plain; so is one that a
    /// choice may have.
    init(_ node: Node) {
        switch node {
        case .scalar(let scalar):
            let isUnquoted = scalar.style == .plain || scalar.style == .any
            let isText = node.tag.description == Tag(.str).description
            self = isUnquoted && !isText ? .plain(scalar.string) : .text(scalar.string)
        case .sequence(let sequence): self = .list(sequence.map(SettingNode.init))
        case .mapping: self = .other("a group of keys")
        case .alias: self = .other("an alias")
        }
    }
}

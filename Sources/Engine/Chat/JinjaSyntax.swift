/// A part of an expression.
package indirect enum JinjaExpression: Sendable {
    case literal(JinjaValue)
    case name(String)
    case list([JinjaExpression])
    case tuple([JinjaExpression])
    case map([(JinjaExpression, JinjaExpression)])
    case member(JinjaExpression, String)
    case item(JinjaExpression, JinjaExpression)
    case slice(JinjaExpression, JinjaExpression?, JinjaExpression?, JinjaExpression?)
    case call(JinjaExpression, JinjaArguments)
    case filter(JinjaExpression, String, JinjaArguments)
    case test(JinjaExpression, String, JinjaArguments, isNegated: Bool)
    case unary(String, JinjaExpression)
    case binary(String, JinjaExpression, JinjaExpression)
    case choice(JinjaExpression, condition: JinjaExpression, otherwise: JinjaExpression?)
}

/// The arguments of a call, a filter or a test.
package struct JinjaArguments: Sendable {
    var plain: [JinjaExpression] = []
    var named: [(name: String, value: JinjaExpression)] = []
}

/// A part of a template.
package indirect enum JinjaNode: Sendable {
    case text(String)
    case output(JinjaExpression)
    case condition([(JinjaExpression, [JinjaNode])], otherwise: [JinjaNode])
    case loop([String], JinjaExpression, filter: JinjaExpression?, body: [JinjaNode], otherwise: [JinjaNode])
    case set([String], JinjaExpression)
    case setMember(String, String, JinjaExpression)
    case setBlock(String, [JinjaNode], filters: [(String, JinjaArguments)])
    case macro(String, JinjaMacro)
    case filterBlock([(String, JinjaArguments)], [JinjaNode])
    case leave(isBreak: Bool)
}

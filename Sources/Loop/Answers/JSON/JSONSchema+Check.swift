extension JSONSchema {
    /// Why a value does not fit; nil when it does.
    func fault(of value: JSONTree, at path: String = "") -> String? {
        let place = path.isEmpty ? "the JSON" : "\"\(path.dropFirst())\" of the JSON"
        func wrong(_ what: String) -> String { "\(place) \(what)" }
        if isNever { return wrong("is not allowed by the schema") }
        if let types, !types.contains(value.typeName),
            !(value.typeName == "integer" && types.contains("number"))
        {
            let allowed = types.sorted().joined(separator: " or ")
            return wrong("is \(value.typeName); the schema wants \(allowed)")
        }
        if let values, !values.contains(value) {
            return wrong("is \(shown(value)), none of the values that the schema names")
        }
        if !anyOf.isEmpty, !anyOf.contains(where: { $0.fault(of: value, at: path) == nil }) {
            return wrong("fits none of the schema's alternatives")
        }
        switch value {
        case .number(let number): return range(number).map(wrong)
        case .text(let text):
            let count = text.unicodeScalars.count
            guard count < length.least || count > length.most else { return nil }
            return wrong("has \(count) characters; the schema wants \(words(length))")
        case .list(let list):
            guard list.count >= itemCount.least, list.count <= itemCount.most else {
                return wrong("has \(list.count) items; the schema wants \(words(itemCount))")
            }
            guard let item = items.first else { return nil }
            for (place, value) in list.enumerated() {
                if let fault = item.fault(of: value, at: "\(path)/\(place)") { return fault }
            }
            return nil
        case .object(let members): return fields(members, at: path).map { $0 }
        case .null, .bool: return nil
        }
    }

    private func fields(_ members: [JSONMember], at path: String) -> String? {
        let names = Set(members.map(\.name))
        if let missing = required.first(where: { !names.contains($0) }) {
            let place = path.isEmpty ? "" : " in \"\(path.dropFirst())\""
            return "the field \"\(missing)\"\(place) is missing in the JSON"
        }
        for member in members {
            let inner = "\(path)/\(member.name)"
            if let schema = properties[member.name] {
                if let fault = schema.fault(of: member.value, at: inner) { return fault }
            } else if let fault = additional.first?.fault(of: member.value, at: inner) {
                return fault
            }
        }
        return nil
    }

    private func range(_ number: JSONDecimal) -> String? {
        if let minimum, number.isLess(than: minimum) { return "is less than \(minimum.canonical)" }
        if let maximum, maximum.isLess(than: number) { return "is more than \(maximum.canonical)" }
        if let exclusiveMinimum, !exclusiveMinimum.isLess(than: number) {
            return "is not more than \(exclusiveMinimum.canonical)"
        }
        if let exclusiveMaximum, !number.isLess(than: exclusiveMaximum) {
            return "is not less than \(exclusiveMaximum.canonical)"
        }
        return nil
    }

    private func words(_ bounds: Bounds) -> String {
        bounds.most == .max ? "at least \(bounds.least)" : "\(bounds.least) to \(bounds.most)"
    }

    private func shown(_ value: JSONTree) -> String {
        let text = value.canonical
        return text.count > 80 ? text.prefix(79) + "…" : text
    }
}

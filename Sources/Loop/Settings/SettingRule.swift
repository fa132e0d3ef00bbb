/// Which values of a setting are allowed.
///
/// No range includes NaN or infinity.
public struct SettingRule<Value: SettingValue>: Sendable {
    /// What is wrong with a value and what is allowed, to follow the setting's path; nil when it is good.
    let fault: @Sendable (Value) -> String?

    /// A rule for one setting.
    ///
    /// - Parameter fault: What is wrong with a value and what to do, to follow the path, such as
    ///   `is empty; name a file`; nil when the value is good.
    public init(fault: @escaping @Sendable (Value) -> String?) { self.fault = fault }

    /// Every value of the type.
    public static var any: SettingRule { SettingRule { _ in nil } }
}

extension SettingRule where Value: Comparable {
    /// Values of a closed range; `note` says what special ones mean.
    public static func range(_ range: ClosedRange<Value>, _ note: String = "") -> SettingRule
    where Value: Sendable {
        SettingRule { value in
            guard !range.contains(value) else { return nil }
            return "is \(value.settingText); allowed are \(range.lowerBound.settingText) to "
                + range.upperBound.settingText + (note.isEmpty ? "" : " (\(note))")
        }
    }

    /// Values from a bound on.
    public static func atLeast(_ bound: Value, _ note: String = "") -> SettingRule where Value: Sendable {
        SettingRule { value in
            guard !(value >= bound) else { return nil }
            return "is \(value.settingText); allowed is \(bound.settingText) or more"
                + (note.isEmpty ? "" : " (\(note))")
        }
    }
}

extension SettingRule where Value == Double {
    /// Values above 0 and up to a bound.
    public static func positive(upTo bound: Double) -> SettingRule {
        SettingRule { value in
            guard !(value > 0 && value <= bound) else { return nil }
            return "is \(value.settingText); allowed are values above 0 and up to \(bound.settingText)"
        }
    }
}

extension RoundConfiguration {
    /// The settings that differ between two configurations.
    ///
    /// - Parameter other: The other one.
    /// - Returns: Their paths, in the order of the reference; then what only a record holds.
    public func differingPaths(from other: RoundConfiguration) -> [String] {
        let declared = Self.settings.filter { $0.shown(in: self) != $0.shown(in: other) }.map(\.path)
        let undeclared = Set(undeclared.keys).union(other.undeclared.keys).filter {
            self.undeclared[$0] != other.undeclared[$0]
        }
        return declared + undeclared.sorted()
    }
}

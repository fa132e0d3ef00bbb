/// Counts what is left out, by reason, and keeps the first of each sort.
struct DropLog {
    private(set) var drops: [ImportResult.Drop] = []

    /// Counts one.
    mutating func add(_ reason: String, _ origin: String, _ example: String = "") {
        if let place = drops.firstIndex(where: { $0.reason == reason }) {
            drops[place].count += 1
        } else {
            drops.append(ImportResult.Drop(reason: reason, count: 1, origin: origin, example: example))
        }
    }
}

import GRDB

// Whether a database is what its number says, so that no migration starts that could not end.
extension Schema {
    /// Refuses a number that cannot be, or that a newer version has given.
    static func checkVersion(_ found: Int, file: String) throws(StoreError) {
        guard found >= 0 else { throw StoreError.corrupt(file, "its user_version is \(found)") }
        guard found <= version else {
            throw StoreError(
                .newerSchema,
                "\(file) has schema \(found), this version knows up to \(version); install the newer version again"
            )
        }
    }

    /// Every table with each of its columns.
    static let shapeQuery = """
        SELECT m.name, c.name FROM sqlite_master AS m, pragma_table_info(m.name) AS c
        WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite^_%' ESCAPE '^'
        """

    /// Refuses a database that lacks what its number promises, or has what only a later migration makes.
    ///
    /// Tables and columns that no version knows are left alone.
    static func checkShape(_ rows: [[String?]], of found: Int, file: String) throws {
        let actual = names(rows)
        let (promised, newest) = (try shape(of: found), try newestShape.get())
        let missing = promised.subtracting(actual)
        let early = newest.subtracting(promised).intersection(actual)
        guard let name = missing.union(early).min() else { return }
        throw StoreError.corrupt(
            file,
            "it is not of schema \(found), as its user_version says: \(name) is \(missing.contains(name) ? "missing" : "there")"
        )
    }

    private static let newestShape = Result { try shape(of: version) }

    private static func shape(of version: Int) throws -> Set<String> {
        var configuration = Configuration()
        // As when a journal is migrated: a migration may make a table again that others refer to.
        configuration.foreignKeysEnabled = false
        let queue = try DatabaseQueue(configuration: configuration)
        defer { try? queue.close() }
        return try queue.write { db in
            try run(from: 0, to: version, on: db)
            return names(try Row.fetchAll(db, sql: shapeQuery).map { [$0[0] as String?, $0[1] as String?] })
        }
    }

    private static func names(_ rows: [[String?]]) -> Set<String> {
        Set(rows.map { row in row.compactMap { $0 }.joined(separator: ".") })
    }
}

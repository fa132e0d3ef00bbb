import Foundation
import Glibc
#if FAILPOINTS
    import Loop
#endif

extension JournalStore {
    /// Whether a phase has room for what it will write: the reserve is free, and a file can be written and
    /// flushed.
    ///
    /// Costs about a millisecond, so that trouble is found before a phase has computed for an hour.
    public func checkSpace() async throws {
        #if FAILPOINTS
            if let phase = try await openRound()?.phase { Failpoint.reached("phase.\(phase.rawValue)") }
        #endif
        try await database.read { [self] _ in try probe() }
    }

    /// Whether something large fits without using the reserve.
    ///
    /// - Parameters:
    ///   - byteCount: What it will take.
    ///   - what: Its name, for the message.
    /// - Throws: `StoreError` `disk_full` when it does not fit.
    public func checkSpace(for byteCount: Int, of what: String) throws {
        let (free, reserve) = (try freeSpace(), reserve)
        guard free - reserve < byteCount else { return }
        throw StoreError(
            .diskFull,
            "\(what) takes about \(byteCount >> 20) MB; \(state.path) has \(free >> 20) MB free, of which "
                + "\(reserve >> 20) MB are kept in reserve (storage.reserve); free some space"
        )
    }

    func freeSpace() throws -> Int {
        var status = statvfs()
        guard statvfs(state.path, &status) == 0 else {
            throw StoreError.file("look at the file system of", state.path, errno)
        }
        return Int(clamping: UInt64(status.f_bavail) &* UInt64(status.f_frsize))
    }

    private func probe() throws {
        let (free, reserve) = (try freeSpace(), reserve)
        guard free >= reserve else {
            throw StoreError(
                .diskFull,
                "\(state.path) has \(free >> 20) MB free, less than the \(reserve >> 20) MB kept in reserve "
                    + "(storage.reserve); free some space"
            )
        }
        try files.probe(in: state.path)
    }
}

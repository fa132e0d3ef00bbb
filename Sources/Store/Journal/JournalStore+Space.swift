import Foundation
import Glibc
#if FAILPOINTS
    import Loop
#endif

extension JournalStore {
    /// Whether a phase can write.
    ///
    /// The state directory is the one that was opened, the reserve is free, and a file can be written and
    /// flushed beside the journal, the checkpoints and the training saves. A write-ahead log that has grown
    /// too long is cut back.
    ///
    /// Costs a few milliseconds, so that trouble is found before a phase has computed for an hour.
    public func checkSpace() async throws {
        #if FAILPOINTS
            if let phase = try await openRound()?.phase { Failpoint.reached("phase.\(phase.rawValue)") }
        #endif
        try checkPresence()
        try await database.read { [self] _ in try probe() }
        try await database.cutLog()
    }

    /// `checkSpace` after a failure, which may have been that the training directory could not be made.
    public func checkStorage() async throws {
        try checkPresence()
        try await database.read { [self] _ in try files.createDirectory(state.training) }
        try await checkSpace()
    }

    /// Whether the state directory, its journal and its checkpoints are where and what they were when it was
    /// opened.
    ///
    /// - Throws: `StoreError` `state_absent`.
    public func checkPresence() throws { try presence.check() }

    /// Looks whether the state directory and its `exports` are still where they were.
    ///
    /// - Throws: `StoreError` `state_absent`.
    public func checkExportsPresence() throws {
        try presence.check()
        try presence.checkExports()
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
        // Each may be a file system or have rights of its own; one that is missing is made when it is needed.
        for directory in [state.path, state.checkpoints, state.training] where files.isDirectory(directory) {
            try files.probe(in: directory)
        }
    }
}

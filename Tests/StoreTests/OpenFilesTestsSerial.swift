import Foundation
import Glibc
import Loop
import Store
import Testing

/// What a process does that may open no further file.
///
/// Runs alone: the limit is the whole process's.
@Suite(.serialized) struct OpenFilesTestsSerial {
    let state = TemporaryState()

    @Test func `a checkpoint that cannot be read now is not taken for damaged`() async throws {
        let store = try state.open()
        try await store.runRounds([true, true])
        // Once, so that the journal's own files are open.
        #expect(try await store.setAsideCorruptCheckpoints().isEmpty)

        await withoutFileDescriptors {
            // Of the file, or of a connection that the journal opens just then.
            let error = await #expect(throws: StoreError.self) {
                try await store.setAsideCorruptCheckpoints()
            }
            #expect([.fileFailed, .databaseFailed].contains(error?.code))
        }

        #expect(try await store.currentCheckpoint().id.rawValue == 2)
        #expect(try await store.setAsideCorruptCheckpoints().isEmpty)
    }

    /// Runs a body while no further file can be opened.
    private func withoutFileDescriptors(_ body: () async -> Void) async {
        var old = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &old)
        var none = rlimit(rlim_cur: 0, rlim_max: old.rlim_max)
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &none)
        await body()
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &old)
    }
}

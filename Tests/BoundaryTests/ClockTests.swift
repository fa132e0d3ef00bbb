import Testing

/// The wall clock may be set at any time: it stamps what people read and decides nothing.
@Suite struct ClockTests {
    /// Files that look at it, and what for.
    private static let allowed = [
        "Sources/Store/JournalStore.swift": "stamps rows",
        "Sources/Daemon/System/DaemonLogHandler.swift": "stamps lines on a terminal",
        "Sources/Daemon/Running/Schedule.swift": "schedule.hours are hours of the day",
        "Sources/ControlCLI/Watch/WatchScreen.swift": "says from when the picture is",
    ]

    @Test func `durations and deadlines never come from the wall clock`() throws {
        // Dispatch's semaphores are among them: on Linux they wait by the wall clock.
        let use =
            /\bDate\(\)|\bDate\.now\b|from: \.now\b|Calendar\.current|gettimeofday|CLOCK_REALTIME|\btime\(nil\)|DispatchSemaphore|DispatchTime|DispatchWallTime|wait\(until:|wait\(timeout:/
            .wordBoundaryKind(.simple)
        let files = try SourceTree.swiftFiles(under: "Sources").filter { $0.text.contains(use) }

        for file in files where Self.allowed[file.path] == nil {
            Issue.record(
                "\(file.path) looks at the wall clock: take ContinuousClock, or SuspendingClock where sleep is no delay"
            )
        }
        #expect(Set(Self.allowed.keys).subtracting(files.map(\.path)) == [], "no longer needed")
    }
}

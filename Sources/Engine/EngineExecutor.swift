import Foundation

/// The engine's own thread, on which its actor runs, so that computing never holds the shared pool.
///
/// `@unchecked Sendable`: the queue is guarded by its condition; the thread ends with the object.
package final class EngineExecutor: SerialExecutor, @unchecked Sendable {
    private final class Queue: @unchecked Sendable {
        let condition = NSCondition()
        var jobs: [UnownedJob] = []
        var isClosed = false

        func next() -> UnownedJob? {
            condition.lock()
            defer { condition.unlock() }
            while jobs.isEmpty, !isClosed { condition.wait() }
            return jobs.isEmpty ? nil : jobs.removeFirst()
        }

        func add(_ job: UnownedJob) {
            condition.lock()
            jobs.append(job)
            condition.signal()
            condition.unlock()
        }

        func close() {
            condition.lock()
            isClosed = true
            condition.signal()
            condition.unlock()
        }
    }

    private let queue = Queue()

    /// Starts the thread.
    package init(name: String) {
        let thread = Thread { [queue, weak self] in
            while let job = queue.next() {
                guard let self else { return }
                job.runSynchronously(on: self.asUnownedSerialExecutor())
            }
        }
        thread.name = name
        thread.stackSize = 16 << 20
        thread.start()
    }

    deinit { queue.close() }

    package func enqueue(_ job: consuming ExecutorJob) { queue.add(UnownedJob(job)) }

    package func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }
}

import Foundation
import Glibc
import Testing

/// People, and clients that mean ill, may do what they like at the socket while rounds run.
@Suite(.serialized)
struct ControlTests {
    @Test func `pause, resume and rollback at random keep the state true`() async throws {
        let run = try TinyRun(rounds: 0)
        let daemon = try run.start([])
        _ = try #require(try await run.waitForStatus(), "\(run.log)")
        var random = SeededGenerator(seed: 41)
        var isPaused = false
        for _ in 0..<TinyRun.count(200, soak: 5000) {
            let client = run.client
            switch Int.random(in: 0..<6, using: &random) {
            case 0:
                isPaused = true
                #expect(client.json("POST", "/v1/pause")?["state"] as? String == "paused")
            case 1:
                isPaused = false
                #expect(client.request("POST", "/v1/resume")?.status == 200)
            case 2:
                let checkpoints =
                    client.json("GET", "/v1/checkpoints")?["checkpoints"] as? [[String: Any]] ?? []
                let usable = checkpoints.filter {
                    $0["is_promoted"] as? Bool == true && $0["is_pruned"] as? Bool != true
                }
                let target = try #require(usable.randomElement(using: &random))
                let round = target["round"] as? Int ?? 0
                let reply = client.json("POST", "/v1/rollback", body: #"{"round": \#(round)}"#)
                let current = reply?["current"] as? [String: Any]
                let hasTaken = current?["id"] as? Int == target["id"] as? Int
                // A round may have ended since the list was read, and retention removed the adapter.
                let isGone = try !hasTaken && isPruned(target, client)
                #expect(hasTaken || isGone, "\(String(describing: reply))")
            case 3:
                let status = try #require(client.json("GET", "/v1/status"))
                let state = status["state"] as? String
                #expect((state == "paused") == isPaused, "\(state ?? "none"), paused: \(isPaused)")
            default: try await Task.sleep(for: .milliseconds(Int.random(in: 0...60, using: &random)))
            }
        }
        let reply = run.client.json("GET", "/v1/verify")
        #expect((reply?["violations"] as? [Any])?.isEmpty == true, "\(String(describing: reply))")
        daemon.signal(SIGTERM)
        #expect(try await daemon.wait() == .exited(0))
        try run.expectSound()
    }

    private func isPruned(_ checkpoint: [String: Any], _ client: SocketClient) throws -> Bool {
        let list = try #require(client.json("GET", "/v1/checkpoints")?["checkpoints"] as? [[String: Any]])
        return list.contains {
            $0["id"] as? Int == checkpoint["id"] as? Int && $0["is_pruned"] as? Bool == true
        }
    }

    @Test func `hostile clients keep nobody waiting`() async throws {
        let run = try TinyRun(rounds: 0)
        let daemon = try run.start([])
        // What the first rounds take once is no growth.
        let warm = try await run.waitForStatus(seconds: 60) {
            ($0["finished_round_count"] as? Int ?? 0) >= 20
        }
        _ = try #require(warm, "\(run.log)")
        let memory = daemon.residentKilobytes
        var open: [Int32] = []
        let client = run.client
        for index in 0..<1000 {
            guard let descriptor = client.connect() else { continue }
            open.append(descriptor)
            switch index % 6 {
            case 0: SocketClient.send("GET /v1/sta", on: descriptor)
            case 1: SocketClient.send("GET /v1/events?after=0 HTTP/1.1\r\nHost: x\r\n\r\n", on: descriptor)
            case 2:
                SocketClient.send(
                    "POST /v1/questions HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n{",
                    on: descriptor
                )
            case 3:
                SocketClient.send("GET /v1/status HTTP/1.1\r\nHost: x\r\n\r\n", on: descriptor)
                shutdown(descriptor, Int32(SHUT_WR))
            case 4:
                SocketClient.send(
                    "POST /v1/ask HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nffffffff\r\n",
                    on: descriptor
                )
            default: SocketClient.send("\u{0}\u{1}\u{2} nonsense\r\n\r\n", on: descriptor)
            }
        }
        for _ in 0..<3 {
            // Ten megabytes of header, cut off by the server somewhere on the way.
            guard let descriptor = client.connect() else { continue }
            SocketClient.send(
                "GET / HTTP/1.1\r\nX: " + String(repeating: "a", count: 10 << 20),
                on: descriptor
            )
            close(descriptor)
        }
        var times: [Double] = []
        for _ in 0..<TinyRun.count(200, soak: 20_000) {
            let start = ContinuousClock.now
            let reply = client.json("GET", "/v1/status")
            times.append(Double((ContinuousClock.now - start) / .milliseconds(1)))
            #expect(reply?["state"] != nil)
        }
        times.sort()
        let p99 = times[times.count * 99 / 100]
        #expect(p99 <= 200, "p99 of status is \(p99) ms")
        let growth = daemon.residentKilobytes - memory
        #expect(growth <= 32 << 10, "memory grew by \(growth) kB")
        for descriptor in open { close(descriptor) }
        let before = run.client.json("GET", "/v1/status")?["finished_round_count"] as? Int ?? 0
        let later = try await run.waitForStatus(seconds: 60) {
            ($0["finished_round_count"] as? Int ?? 0) > before
        }
        #expect(later != nil, "the rounds go on")
        print("hostile clients: status p99 \(p99) ms, memory growth \(growth) kB")
        daemon.signal(SIGTERM)
        #expect(try await daemon.wait() == .exited(0))
        try run.expectSound()
    }
}

extension DaemonProcess {
    /// Resident memory in kilobytes.
    var residentKilobytes: Int {
        let text = (try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix("VmRSS:") } ?? ""
        return line.split(separator: " ").compactMap { Int($0) }.first ?? 0
    }

    /// Open file descriptors.
    var descriptorCount: Int {
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/fd").count) ?? 0
    }
}

import Daemon
import Testing

/// Who may change something, by what the kernel says of the other end.
@Suite struct AccessTests {
    private let rule = AccessRule(owner: 500, groups: [600])

    private func peer(uid: UInt32, gid: UInt32 = 1000, groups: Set<UInt32> = []) -> PeerCredentials {
        PeerCredentials(pid: 1, uid: uid, gid: gid, groups: groups)
    }

    @Test func `root, the daemon's user and members of its group may change`() {
        #expect(rule.mayChange(peer(uid: 0)))
        #expect(rule.mayChange(peer(uid: 500)))
        #expect(rule.mayChange(peer(uid: 1000, gid: 600)))
        #expect(rule.mayChange(peer(uid: 1000, groups: [4, 600])))
    }

    @Test func `a stranger may not, nor one who is in root's group alone`() {
        #expect(!rule.mayChange(peer(uid: 1000, groups: [4, 24])))
        #expect(!rule.mayChange(peer(uid: 1000, gid: 0)))
        #expect(!AccessRule(owner: 500, groups: []).mayChange(peer(uid: 1000, gid: 0)))
    }
}

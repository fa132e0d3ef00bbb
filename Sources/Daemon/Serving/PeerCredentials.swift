import Glibc
import NIOCore

/// Who is at the other end of a connection, as the kernel says.
package struct PeerCredentials: Sendable {
    /// Linux's number for the socket option that gives the supplementary groups.
    private static let peerGroups: CInt = 59

    /// The process, as of when it connected.
    package let pid: Int32
    /// Its effective user.
    package let uid: UInt32
    /// Its effective group.
    package let gid: UInt32
    /// Its supplementary groups; empty if it has more than 64.
    package let groups: Set<UInt32>

    /// Credentials as given.
    package init(pid: Int32, uid: UInt32, gid: UInt32, groups: Set<UInt32>) {
        (self.pid, self.uid, self.gid, self.groups) = (pid, uid, gid, groups)
    }

    /// Asks the kernel; nil if the connection is not a Unix socket.
    static func of(_ channel: any Channel) async -> PeerCredentials? {
        guard let options = channel as? any SocketOptionProvider else { return nil }
        let level = NIOBSDSocket.OptionLevel(rawValue: SOL_SOCKET)
        // struct ucred: pid, uid, gid.
        let pair: EventLoopFuture<(Int32, UInt32, UInt32)> = options.unsafeGetSocketOption(
            level: level,
            name: NIOBSDSocket.Option(rawValue: SO_PEERCRED)
        )
        guard let (pid, uid, gid) = try? await pair.get() else { return nil }
        let list: EventLoopFuture<SIMD64<UInt32>> = options.unsafeGetSocketOption(
            level: level,
            name: NIOBSDSocket.Option(rawValue: peerGroups)
        )
        // What the kernel leaves unwritten is 0, which means no group here: root is known by its user.
        let groups = (try? await list.get()).map { list in Set(list.indices.map { list[$0] }) } ?? []
        return PeerCredentials(pid: pid, uid: uid, gid: gid, groups: groups.subtracting([0]))
    }
}

/// Who may change something: root, the daemon's own user, and its group or the group `autodidact`.
///
/// Everybody that the socket's mode admits may read.
package struct AccessRule: Sendable {
    /// The group that an installed daemon's socket belongs to.
    static let groupName = "autodidact"

    /// The daemon's own user.
    package let owner: UInt32
    /// The groups with members who may change something; never 0.
    package let groups: Set<UInt32>

    /// A rule as given.
    package init(owner: UInt32, groups: Set<UInt32>) {
        (self.owner, self.groups) = (owner, groups)
    }

    /// The rule for this process.
    static var current: AccessRule {
        var groups: Set<UInt32> = [getegid()]
        if let named = getgrnam(groupName) { groups.insert(named.pointee.gr_gid) }
        return AccessRule(owner: geteuid(), groups: groups.subtracting([0]))
    }

    /// Whether a peer may change something.
    package func mayChange(_ peer: PeerCredentials) -> Bool {
        peer.uid == 0 || peer.uid == owner || !groups.isDisjoint(with: peer.groups.union([peer.gid]))
    }
}

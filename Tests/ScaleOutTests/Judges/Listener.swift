import Glibc

/// Servers that nobody may reach: one on the loopback address, and a control socket for streams.
final class Listener {
    /// The port of the first.
    let port: Int
    /// The path of the second.
    let control: String
    private let files: [Int32]

    init(control path: String) throws {
        let tcp = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = bind(tcp, $0, size)
                _ = listen(tcp, 5)
                _ = getsockname(tcp, $0, &size)
            }
        }
        port = Int(UInt16(bigEndian: address.sin_port))
        control = path
        let unix = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        var name = sockaddr_un()
        name.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
        withUnsafePointer(to: &name) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = bind(unix, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                _ = listen(unix, 5)
            }
        }
        chmod(path, 0o777)
        files = [tcp, unix]
    }

    /// Whether somebody has connected.
    var wasReached: Bool { files.contains { accept($0, nil, nil) >= 0 } }

    func close() { for file in files { _ = Glibc.close(file) } }
}

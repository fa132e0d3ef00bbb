// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

/// Failpoints are for tests of what a kill leaves behind; only `make test` and `make soak` ask for them.
let failpoints: [SwiftSetting] =
    Context.environment["AUTODIDACT_FAILPOINTS"] == "1" ? [.define("FAILPOINTS")] : []

/// An installed program finds the Swift runtime beside it, not in a toolchain that may lie in somebody's
/// home.
let installedRuntime: [LinkerSetting] = [
    .unsafeFlags(["-Xlinker", "-rpath", "-Xlinker", "$ORIGIN/../lib/autodidact"])
]

let package = Package(
    name: "autodidact",
    products: [
        .executable(name: "autodidactd", targets: ["Daemon"]),
        .executable(name: "autodidact", targets: ["ControlCLI"]),
        .executable(name: "autodidact-sandbox", targets: ["autodidact-sandbox"]),
        .library(name: "faults", type: .dynamic, targets: ["Faults"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", exact: "1.35.2"),
        .package(url: "https://github.com/apple/swift-system", exact: "1.8.1"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", exact: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", exact: "1.0.2"),
    ],
    targets: [
        .systemLibrary(name: "COneDNN", providers: [.apt(["libdnnl-dev"])]),
        .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CSystemd", pkgConfig: "libsystemd", providers: [.apt(["libsystemd-dev"])]),
        .target(
            name: "Kernels",
            exclude: ["README.md"],
            cSettings: [
                .unsafeFlags(["-O3", "-Wall", "-Wextra", "-Werror", "-std=c11", "-ffp-contract=on"])
            ],
            linkerSettings: [.linkedLibrary("m")]
        ),
        .target(name: "Loop", exclude: ["README.md"], swiftSettings: strict),
        .target(
            name: "Engine",
            dependencies: ["Loop", "Kernels", .product(name: "Crypto", package: "swift-crypto")],
            exclude: ["README.md"],
            swiftSettings: strict
        ),
        .target(
            name: "ScaleOut",
            dependencies: [
                "Loop",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOFoundationCompat", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            exclude: ["README.md"],
            swiftSettings: strict
        ),
        .target(
            name: "Store",
            dependencies: [
                "Loop", "CZlib",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            exclude: ["README.md"],
            swiftSettings: strict + failpoints
        ),
        .target(
            name: "COpenAPI",
            cSettings: [.unsafeFlags(["-Wall", "-Wextra", "-Werror", "-std=c23"])]
        ),
        .target(
            name: "ControlAPI",
            dependencies: ["COpenAPI", "Loop"],
            exclude: ["README.md"],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "Daemon",
            dependencies: [
                "Loop", "Engine", "ScaleOut", "Store", "ControlAPI", "CSystemd",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOExtras", package: "swift-nio-extras"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                .product(name: "Yams", package: "Yams"),
            ],
            exclude: ["README.md"],
            swiftSettings: strict + failpoints,
            linkerSettings: installedRuntime
        ),
        .executableTarget(
            name: "ControlCLI",
            dependencies: [
                "ControlAPI", "Loop",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            exclude: ["README.md"],
            swiftSettings: strict,
            linkerSettings: installedRuntime
        ),
        .executableTarget(
            name: "autodidact-sandbox",
            path: "Sources/Sandbox",
            exclude: ["README.md"],
            cSettings: [
                .define("_GNU_SOURCE"),
                .unsafeFlags(["-O2", "-Wall", "-Wextra", "-Werror", "-std=c11"]),
            ],
            linkerSettings: [
                .unsafeFlags(["-Xlinker", "-rpath", "-Xlinker", "$ORIGIN/../../lib/autodidact"])
            ]
        ),
        .executableTarget(
            name: "autodidact-bench",
            dependencies: [
                "Engine", "Loop", "ScaleOut", "Store",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            path: "bench/engine",
            swiftSettings: strict
        ),
        .testTarget(
            name: "LoopTests",
            dependencies: ["Loop"],
            exclude: ["Fixtures"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "EngineTests",
            dependencies: ["Engine", "FuzzInputs", "Kernels", "Loop", "COneDNN"],
            exclude: ["Fixtures"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ScaleOutTests",
            dependencies: [
                "ScaleOut", "Loop",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "StoreTests",
            dependencies: ["Store", "Loop", .product(name: "GRDB", package: "GRDB.swift")],
            exclude: ["Fixtures"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ControlAPITests",
            dependencies: ["ControlAPI", "Loop"],
            exclude: ["Fixtures"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "DaemonTests",
            dependencies: [
                "Daemon", "Engine", "FuzzInputs", "ScaleOut", "Store", "Loop", "ControlAPI",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ControlCLITests",
            dependencies: ["ControlCLI", "ControlAPI", "Loop"],
            exclude: ["Captures", "Replies"],
            swiftSettings: strict
        ),
        .target(
            name: "FuzzInputs",
            dependencies: ["Engine", "Loop"],
            path: "Tests/FuzzInputs",
            swiftSettings: strict
        ),
        .target(
            name: "Faults",
            path: "Tests/Faults",
            cSettings: [.unsafeFlags(["-Wall", "-Wextra", "-Werror"])]
        ),
        .testTarget(
            name: "ReliabilityTests",
            dependencies: ["Store", "Loop", .product(name: "GRDB", package: "GRDB.swift")],
            exclude: ["Fixtures"],
            swiftSettings: strict
        ),
        .testTarget(name: "BoundaryTests", swiftSettings: strict),
    ]
)

// "make quick": one test target and what it needs, so that an edit is tested within a minute.
if let wanted = Context.environment["AUTODIDACT_QUICK"] {
    var (names, packages): (Set<String>, Set<String>) = ([], [])
    var left = [wanted]
    while let name = left.popLast() {
        guard names.insert(name).inserted, let target = package.targets.first(where: { $0.name == name })
        else {
            continue
        }
        for dependency in target.dependencies {
            switch dependency {
            case .byNameItem(let name, _), .targetItem(let name, _): left.append(name)
            case .productItem(_, let package?, _, _): packages.insert(package)
            default: break
            }
        }
    }
    package.targets.removeAll { !names.contains($0.name) }
    package.dependencies.removeAll { dependency in
        guard case .sourceControl(_, let location, _) = dependency.kind else { return false }
        return !packages.contains(location.split(separator: "/").last.map(String.init) ?? "")
    }
    package.products = []
}

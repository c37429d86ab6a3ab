// swift-tools-version: 6.1
import PackageDescription

// A user's package: it sees what users see. `Tests/Consumer/run` builds it and runs the same program in each mode.

// A directory for each mode, since SwiftPM gives a directory to one target only. All are links to Sources/Program.
var modes: [(name: String, settings: [SwiftSetting])] = [
    ("Swift5", [.swiftLanguageMode(.v5)]),
    ("Swift6", [.swiftLanguageMode(.v6), .enableUpcomingFeature("MemberImportVisibility")]),
]
#if compiler(>=6.2)
    modes += [
        ("CallerIsolated", [.swiftLanguageMode(.v6), .enableUpcomingFeature("NonisolatedNonsendingByDefault")]),
        ("MainActorByDefault", [.swiftLanguageMode(.v6), .unsafeFlags(["-default-isolation", "MainActor"])]),
    ]
#endif

let products = ["JunctionKeys", "BasetenKeys", "ImtegrateKeys", "NekudaKeys", "APIKeys", "APIKeysTesting"]

// The examples, compiled outside the package: each has to do with what is public.
let examples = ["Provision", "Quickstart", "RotateKeys", "SandboxServer"]

let package = Package(
    name: "consumer",
    platforms: [.macOS(.v13)],
    dependencies: [.package(name: "swift-api-keys", path: "../..")],
    targets: [.target(name: "ForeignNames")]
)

for mode in modes {
    package.targets.append(
        .executableTarget(
            name: mode.name,
            dependencies: ["ForeignNames"] + products.map { .product(name: $0, package: "swift-api-keys") },
            swiftSettings: mode.settings + [.unsafeFlags(["-warnings-as-errors"])]))
}
for example in examples {
    package.targets.append(
        .executableTarget(
            name: "\(example)Copy",
            dependencies: (products + ["APIKeysCurl", "APIKeysPostgres", "APIKeysSandbox"]).map {
                .product(name: $0, package: "swift-api-keys")
            },
            path: "Examples/\(example)",
            swiftSettings: [.enableUpcomingFeature("MemberImportVisibility"), .unsafeFlags(["-warnings-as-errors"])]))
}

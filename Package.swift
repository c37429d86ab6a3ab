// swift-tools-version: 6.1
import PackageDescription

/// One module, one library product and one test target each.
let providers = ["JunctionKeys", "BasetenKeys", "ImtegrateKeys", "NekudaKeys"]

let package = Package(
    name: "swift-api-keys",
    platforms: [.macOS(.v13), .iOS(.v16), .tvOS(.v16), .watchOS(.v9), .visionOS(.v1)],
    products: (["APIKeys", "APIKeysCurl", "APIKeysPostgres", "APIKeysTesting", "APIKeysSandbox"] + providers).map {
        .library(name: $0, targets: [$0])
    } + [.executable(name: "SandboxServer", targets: ["SandboxServer"])],
    targets: [
        .target(name: "APIKeys"),
        .target(name: "APIKeysExports", dependencies: ["APIKeys"]),
        .target(name: "CAPIKeysLibrary"),
        .target(name: "CAPIKeysCurl", dependencies: ["CAPIKeysLibrary"]),
        .target(name: "APIKeysCurl", dependencies: ["APIKeys", "CAPIKeysCurl", "CAPIKeysLibrary"]),
        .target(name: "APIKeysPostgres", dependencies: ["APIKeys", "CAPIKeysLibrary"]),
        .target(name: "APIKeysTesting", dependencies: ["APIKeys"]),
        .target(name: "APIKeysSandbox", dependencies: ["APIKeys", "APIKeysTesting"]),
        .executableTarget(
            name: "Quickstart", dependencies: ["JunctionKeys", "APIKeysSandbox"], path: "Examples/Quickstart"),
        .executableTarget(
            name: "SandboxServer", dependencies: ["APIKeys", "APIKeysSandbox"], path: "Examples/SandboxServer"),
        .executableTarget(
            name: "Provision",
            dependencies: [
                "APIKeys", "APIKeysCurl", "APIKeysPostgres", "APIKeysSandbox", "BasetenKeys", "JunctionKeys",
                "NekudaKeys",
            ],
            path: "Examples/Provision"),
        .executableTarget(
            name: "RotateKeys", dependencies: ["JunctionKeys", "APIKeysSandbox"], path: "Examples/RotateKeys"),
        .target(
            name: "TestSupport", dependencies: ["APIKeys", "APIKeysSandbox", "APIKeysTesting"],
            path: "Tests/TestSupport"),
        .testTarget(name: "APIKeysTests", dependencies: ["APIKeys", "APIKeysTesting", "TestSupport"]),
        .testTarget(
            name: "APIKeysCurlTests", dependencies: ["APIKeysCurl", "APIKeysSandbox", "TestSupport"],
            exclude: ["without-libcurl"]),
        .testTarget(name: "APIKeysPostgresTests", dependencies: ["APIKeysPostgres", "TestSupport"]),
        .testTarget(name: "APIKeysTestingTests", dependencies: ["APIKeys", "APIKeysTesting", "JunctionKeys"]),
        .testTarget(name: "APIKeysSandboxTests", dependencies: ["APIKeysSandbox"] + providers.dependencies),
        .testTarget(
            name: "LifecycleTests",
            dependencies: ["APIKeys", "APIKeysSandbox", "APIKeysTesting"] + providers.dependencies,
            path: "Tests/Lifecycle/LifecycleTests"),
        .testTarget(
            name: "SentinelTests",
            dependencies: [
                "APIKeys", "APIKeysCurl", "APIKeysPostgres", "APIKeysSandbox", "APIKeysTesting", "TestSupport",
            ] + providers.dependencies,
            path: "Tests/Sentinels/SentinelTests"),
        .testTarget(name: "ReadmeTests"),
    ],
    swiftLanguageModes: [.v6]
)

for provider in providers {
    package.targets += [
        .target(name: provider, dependencies: ["APIKeys", "APIKeysExports"]),
        .testTarget(
            name: "\(provider)Tests",
            dependencies: ["APIKeys", .byName(name: provider), "APIKeysTesting", "TestSupport"]),
    ]
}

// What is not for a package that depends on this one: each part exists only with its switch in the environment.

// Programs that measure.
if Context.environment["APIKEYS_DEVELOPMENT"] != nil {
    package.targets += [
        .executableTarget(
            name: "Benchmark", dependencies: ["APIKeys", "APIKeysCurl", "JunctionKeys"], path: "Examples/Benchmark",
            exclude: ["counts", "gate", "run", "server.py", "transports"]),
        .executableTarget(
            name: "Soak", dependencies: ["APIKeys", "APIKeysCurl", "JunctionKeys", "APIKeysSandbox"],
            path: "Tests/Soak"),
        .executableTarget(name: "Scale", dependencies: ["APIKeys"], path: "Tests/Lifecycle/Scale"),
        .executableTarget(
            name: "Limits", dependencies: ["APIKeys", "APIKeysCurl", "JunctionKeys", "TestSupport"],
            path: "Tests/Limits", exclude: ["limits.md", "run"]),
    ]
}

// Has no main: libFuzzer, with which Tests/Fuzz/run builds it, brings one.
if Context.environment["APIKEYS_FUZZ"] != nil {
    package.targets += [
        .executableTarget(
            name: "Fuzz", dependencies: ["APIKeys", "APIKeysCurl", "APIKeysSandbox"] + providers.dependencies,
            path: "Tests/Fuzz/Targets")
    ]
}

// Needs the server that Tests/Conformance/run starts.
if Context.environment["APIKEYS_CONFORMANCE"] != nil {
    package.targets += [
        .testTarget(
            name: "ConformanceTests", dependencies: ["APIKeys", "APIKeysTesting"] + providers.dependencies,
            path: "Tests/Conformance/ConformanceTests")
    ]
}

// Needs the servers and the certificate authority that Tests/TLS/run makes.
if Context.environment["APIKEYS_TLS_PEERS"] != nil {
    package.targets += [
        .testTarget(
            name: "TLSTests", dependencies: ["APIKeys", "APIKeysCurl", "JunctionKeys", "TestSupport"],
            path: "Tests/TLS/TLSTests")
    ]
}

// Needs the nginx that Tests/TLS/nginx finds.
if Context.environment["APIKEYS_NGINX"] != nil {
    package.targets += [
        .testTarget(
            name: "NginxTests", dependencies: ["APIKeys", "APIKeysCurl", "APIKeysSandbox", "TestSupport"],
            path: "Tests/TLS/NginxTests")
    ]
}

var settings: [SwiftSetting] = ["ExistentialAny", "MemberImportVisibility", "InternalImportsByDefault"].map {
    .enableUpcomingFeature($0)
}
// Set by .ci/run. A later compiler may warn of more.
if Context.environment["APIKEYS_WARNINGS_AS_ERRORS"] != nil { settings.append(.unsafeFlags(["-warnings-as-errors"])) }
for target in package.targets { target.swiftSettings = settings }

extension [String] {
    /// The modules of these names, as dependencies of a target.
    var dependencies: [Target.Dependency] { map { .byName(name: $0) } }
}

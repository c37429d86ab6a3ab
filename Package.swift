// swift-tools-version: 6.1
import PackageDescription

var swiftSettings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

// Set by .ci/run. Not for whoever depends on this package: a later compiler may warn of more.
if Context.environment["WARNINGS_AS_ERRORS"] != nil {
    swiftSettings.append(.unsafeFlags(["-warnings-as-errors"]))
}

let package = Package(
    name: "swift-api-keys",
    platforms: [.macOS(.v13), .iOS(.v16), .tvOS(.v16), .watchOS(.v9), .visionOS(.v1)],
    products: [
        .library(name: "APIKeys", targets: ["APIKeys"]),
        .library(name: "JunctionKeys", targets: ["JunctionKeys"]),
        .library(name: "BasetenKeys", targets: ["BasetenKeys"]),
        .library(name: "ImtegrateKeys", targets: ["ImtegrateKeys"]),
        .library(name: "NekudaKeys", targets: ["NekudaKeys"]),
        .library(name: "APIKeysTesting", targets: ["APIKeysTesting"]),
    ],
    targets: [
        .target(name: "APIKeys", swiftSettings: swiftSettings),
        .target(name: "JunctionKeys", dependencies: ["APIKeys"], swiftSettings: swiftSettings),
        .target(name: "BasetenKeys", dependencies: ["APIKeys"], swiftSettings: swiftSettings),
        .target(name: "ImtegrateKeys", dependencies: ["APIKeys"], swiftSettings: swiftSettings),
        .target(name: "NekudaKeys", dependencies: ["APIKeys"], swiftSettings: swiftSettings),
        .target(name: "APIKeysTesting", dependencies: ["APIKeys"], swiftSettings: swiftSettings),
        .executableTarget(
            name: "Quickstart",
            dependencies: ["JunctionKeys", "APIKeysTesting"],
            path: "Examples/Quickstart",
            swiftSettings: swiftSettings
        ),
        .executableTarget(
            name: "SandboxServer",
            dependencies: ["APIKeys", "APIKeysTesting"],
            path: "Examples/SandboxServer",
            swiftSettings: swiftSettings
        ),
        .target(
            name: "TestSupport",
            dependencies: ["APIKeys", "APIKeysTesting"],
            path: "Tests/TestSupport",
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "APIKeysTests",
            dependencies: ["APIKeys", "APIKeysTesting", "TestSupport"],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "APIKeysTestingTests",
            dependencies: [
                "APIKeysTesting", "JunctionKeys", "BasetenKeys", "ImtegrateKeys", "NekudaKeys",
            ],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "JunctionKeysTests",
            dependencies: ["JunctionKeys", "APIKeysTesting", "TestSupport"],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "BasetenKeysTests",
            dependencies: ["BasetenKeys", "APIKeysTesting", "TestSupport"],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "ImtegrateKeysTests",
            dependencies: ["ImtegrateKeys", "APIKeysTesting", "TestSupport"],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "NekudaKeysTests",
            dependencies: ["NekudaKeys", "APIKeysTesting", "TestSupport"],
            swiftSettings: swiftSettings
        ),
        .executableTarget(
            name: "Soak",
            dependencies: ["JunctionKeys", "APIKeysTesting"],
            path: "Tests/Soak",
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "ReadmeTests",
            dependencies: ["JunctionKeys", "BasetenKeys", "ImtegrateKeys", "NekudaKeys", "APIKeysTesting"],
            swiftSettings: swiftSettings
        ),
    ],
    swiftLanguageModes: [.v6]
)

// The conformance tests need the server that Tests/Conformance/run starts; it sets this variable.
if Context.environment["CONFORMANCE"] != nil {
    package.targets.append(
        .testTarget(
            name: "ConformanceTests",
            dependencies: ["JunctionKeys", "BasetenKeys", "ImtegrateKeys", "NekudaKeys", "APIKeysTesting"],
            path: "Tests/Conformance/ConformanceTests",
            swiftSettings: swiftSettings
        )
    )
}

// The TLS tests need the servers and the certificate authority that Tests/Conformance/tls makes; it sets this variable.
if Context.environment["TLS_PEERS"] != nil {
    package.targets.append(
        .testTarget(
            name: "TLSTests",
            dependencies: ["JunctionKeys"],
            path: "Tests/Conformance/TLSTests",
            swiftSettings: swiftSettings
        )
    )
}

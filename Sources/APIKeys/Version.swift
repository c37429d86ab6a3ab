/// The version of this package, as it names itself to servers.
enum SDKVersion {
    static let current = "0.1.0"

    static func userAgent(suffix: String?) -> String {
        "swift-api-keys/\(current)" + (suffix.map { " \($0)" } ?? "")
    }
}

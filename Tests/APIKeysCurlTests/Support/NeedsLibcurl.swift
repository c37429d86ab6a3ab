import APIKeysCurl
import Testing

extension Trait where Self == ConditionTrait {
    /// Skips tests on machines without a libcurl to test with.
    static var needsLibcurl: Self {
        .enabled("there is no libcurl to test with") { (try? CurlTransport()) != nil }
    }
}

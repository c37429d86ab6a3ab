// Types of other modules that share a name with one of the SDK's. Beside a provider's module, the name means these.

/// A type that is not the SDK's.
public protocol Foreign {}

extension Foreign {
    /// Always `true`; the SDK's types have no such member.
    public static var isForeign: Bool { true }
}

/// As in swift-http-types.
public enum HTTPRequest: Foreign {}

/// As in swift-http-types.
public enum HTTPResponse: Foreign {}

/// As in many HTTP libraries.
public enum HTTPHeaders: Foreign {}

/// As in many HTTP libraries.
public enum Middleware: Foreign {}

/// As in ArgumentParser.
public enum ValidationError: Foreign {}

/// As in Alamofire and Soto.
public enum RetryPolicy: Foreign {}

/// As in many JSON libraries.
public enum JSONValue: Foreign {}

/// As in libraries that apply changes.
public enum Patch<Value>: Foreign {}

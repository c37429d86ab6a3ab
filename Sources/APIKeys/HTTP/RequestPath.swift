package import Foundation

/// The path of an operation below the base URL: fixed segments and named parameters.
///
/// ```swift
/// let path: RequestPath = ["v1", "org", .parameter("org_id", organizationID), "team"]
/// ```
package struct RequestPath: Sendable, ExpressibleByArrayLiteral {
    package enum Segment: Sendable, ExpressibleByStringLiteral {
        case literal(String)
        /// A value under the name that it has in the provider's documentation.
        case parameter(String, String)

        package init(stringLiteral value: String) {
            self = .literal(value)
        }

        /// A UUID, which goes on the wire in lower case.
        package static func parameter(_ name: String, _ value: UUID) -> Segment {
            .parameter(name, value.wireValue)
        }
    }

    package var segments: [Segment]
    /// Whether the path ends in a slash. Some servers redirect the other form, which would drop the body.
    package var endsInSlash: Bool

    package init(_ segments: [Segment], endsInSlash: Bool = false) {
        self.segments = segments
        self.endsInSlash = endsInSlash
    }

    package init(arrayLiteral elements: Segment...) {
        self.init(elements)
    }

    /// The path with the names of its parameters in place of their values: `/v1/org/{org_id}/team`.
    package var template: String {
        let parts = segments.map { segment in
            switch segment {
            case .literal(let text): text
            case .parameter(let name, _): "{\(name)}"
            }
        }
        return "/" + parts.joined(separator: "/") + (endsInSlash ? "/" : "")
    }

    /// The path as it goes on the wire.
    ///
    /// - Throws: ``InvalidInput`` for a parameter that is empty, `.` or `..`: with these the URL would name something
    ///   else, at worst the whole collection instead of one key.
    package func encoded() throws(InvalidInput) -> String {
        var path = ""
        for segment in segments {
            switch segment {
            case .literal(let text):
                path += "/" + text
            case .parameter(let name, let value):
                guard !value.isEmpty else { throw InvalidInput("\(name) must not be empty") }
                guard value != ".", value != ".." else { throw InvalidInput("\(name) must not be \"\(value)\"") }
                path += "/" + value.percentEncoded
            }
        }
        return path + (endsInSlash ? "/" : "")
    }
}

extension UUID {
    /// The UUID in lower case, as the servers write it.
    package var wireValue: String { uuidString.lowercased() }
}

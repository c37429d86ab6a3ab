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
        // As bytes: a text that grows costs four times as much.
        var path: [UInt8] = []
        path.reserveCapacity(160)
        for segment in segments {
            path.append(UInt8(ascii: "/"))
            switch segment {
            case .literal(let text): path += text.utf8
            case .parameter(let name, let value):
                guard !value.isEmpty else { throw InvalidInput("\(name) must not be empty") }
                guard value != ".", value != ".." else { throw InvalidInput("\(name) must not be \"\(value)\"") }
                path += value.percentEncoded.utf8
            }
        }
        if endsInSlash { path.append(UInt8(ascii: "/")) }
        return String(decoding: path, as: UTF8.self)
    }
}

/// One `name=value` of a query. A name can be repeated.
package struct QueryItem: Sendable {
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    package init(_ name: String, _ value: UUID) {
        self.init(name, value.wireValue)
    }

    /// The item if there is a value; nothing otherwise.
    package static func optional(_ name: String, _ value: String?) -> [QueryItem] {
        value.map { [QueryItem(name, $0)] } ?? []
    }

    /// The item if there is a value; nothing otherwise.
    package static func optional(_ name: String, _ value: UUID?) -> [QueryItem] {
        optional(name, value?.wireValue)
    }
}

extension [QueryItem] {
    /// The query with its leading question mark, or an empty text if there are no items.
    package var encoded: String {
        isEmpty ? "" : "?" + map { "\($0.name.percentEncoded)=\($0.value.percentEncoded)" }.joined(separator: "&")
    }
}

extension String {
    /// The text with every byte but RFC 3986's unreserved characters percent-encoded, so that it is one path segment or
    /// one query value, whatever it holds.
    package var percentEncoded: String {
        if hasOnlyBytes(isUnreserved) { return self }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(utf8.count * 3)
        for byte in utf8 {
            if isUnreserved(byte) {
                bytes.append(byte)
            } else {
                bytes += [UInt8(ascii: "%"), digit(byte >> 4), digit(byte & 15)]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

private func isUnreserved(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"):
        true
    default: false
    }
}

/// The hexadecimal digit of a number below 16, in upper case (RFC 3986, section 2.1).
private func digit(_ number: UInt8) -> UInt8 {
    number < 10 ? UInt8(ascii: "0") + number : UInt8(ascii: "A") + number - 10
}

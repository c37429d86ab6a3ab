package import Foundation

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

    /// The item where there is a value; nothing otherwise.
    package static func optional(_ name: String, _ value: String?) -> [QueryItem] {
        value.map { [QueryItem(name, $0)] } ?? []
    }

    /// The item where there is a value; nothing otherwise.
    package static func optional(_ name: String, _ value: UUID?) -> [QueryItem] {
        optional(name, value?.wireValue)
    }
}

extension [QueryItem] {
    /// The query with its leading question mark, or an empty text where there are no items.
    package var encoded: String {
        isEmpty ? "" : "?" + map { "\($0.name.percentEncoded)=\($0.value.percentEncoded)" }.joined(separator: "&")
    }
}

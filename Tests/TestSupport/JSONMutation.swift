package import APIKeys
import Foundation

/// A JSON text with one of its values changed, to test what a reader does with it.
package struct JSONMutation: Sendable, CustomStringConvertible {
    package enum Change: String, CaseIterable, Sendable {
        case missing, null, number, string, bool, array, object, doubled

        fileprivate var replacement: String? {
            switch self {
            case .missing, .doubled: nil
            case .null: "null"
            case .number: "7"
            case .string: "\"x\""
            case .bool: "true"
            case .array: "[]"
            case .object: "{}"
            }
        }
    }

    /// Where the changed value stands.
    package let path: [LocationElement]
    package let change: Change
    /// The whole text, with the change.
    package let text: String

    package var description: String { "\(path.path) \(change)" }

    /// Every change of every value of a JSON text: members and elements at any depth, and the whole.
    package static func all(of text: String) throws -> [JSONMutation] {
        let whole = try JSON.value(JSONValue.self, from: Data(text.utf8))
        return paths(in: whole, at: []).flatMap { path in
            Change.allCases.compactMap { change in
                if path.isEmpty, change.replacement == nil { return nil }
                let text = render(whole, at: [], target: path, change: change)
                return JSONMutation(path: path, change: change, text: text)
            }
        }
    }

    private static func paths(in value: JSONValue, at path: [LocationElement]) -> [[LocationElement]] {
        [path] + parts(of: value).flatMap { paths(in: $0.value, at: path + [$0.place]) }
    }

    private static func parts(of value: JSONValue) -> [(place: LocationElement, value: JSONValue)] {
        switch value {
        case .object(let members): members.sorted { $0.key < $1.key }.map { (.field($0.key), $0.value) }
        case .array(let elements): elements.enumerated().map { (.index($0.offset), $0.element) }
        default: []
        }
    }

    /// By hand, since no encoder writes a member twice.
    private static func render(
        _ value: JSONValue, at path: [LocationElement], target: [LocationElement], change: Change
    ) -> String {
        if path == target, let replacement = change.replacement { return replacement }
        let parts = parts(of: value).flatMap { part -> [String] in
            let place = path + [part.place]
            var text = render(part.value, at: place, target: target, change: change)
            if case .field(let name) = part.place { text = "\(literal(name)):\(text)" }
            guard place == target else { return [text] }
            return change == .missing ? [] : change == .doubled ? [text, text] : [text]
        }.joined(separator: ",")
        return switch value {
        case .object: "{\(parts)}"
        case .array: "[\(parts)]"
        default: literal(value)
        }
    }

    private static func literal(_ value: some Encodable & Sendable) -> String {
        (try? JSON.body(value)).map { String(decoding: $0, as: UTF8.self) } ?? "null"
    }
}

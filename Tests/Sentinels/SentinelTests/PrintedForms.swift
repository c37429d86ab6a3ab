import Foundation
import TestSupport
import Testing

/// Everything that a program, a log collector or an error tracker can make of a value.
enum PrintedForms {
    /// The forms, by name.
    static func all(of value: Any) -> [(form: String, text: String)] {
        var forms = [("printed", everyText(of: value)), ("in an array", "\([value])")]
        var debugged = ""
        debugPrint(value, to: &debugged)
        forms.append(("debugPrint", debugged))
        // What a failing expectation prints.
        forms.append(("#expect", String(describingForTest: value)))
        if let error = value as? any Error { forms += self.forms(of: error) }
        if let value = value as? any Encodable { forms += encodings(of: value) }
        return forms
    }

    private static func forms(of error: any Error) -> [(String, String)] {
        let bridged = error as NSError
        let localized = error as? any LocalizedError
        let texts = [
            error.localizedDescription, localized?.errorDescription, localized?.failureReason,
            localized?.recoverySuggestion, localized?.helpAnchor, bridged.description, bridged.debugDescription,
            bridged.localizedDescription, bridged.localizedFailureReason, bridged.localizedRecoverySuggestion,
            bridged.domain, "\(bridged.localizedRecoveryOptions ?? [])",
        ]
        return [("localized", texts.compactMap(\.self).joined(separator: "\n"))]
            + bridged.userInfo.map { ("userInfo", "\($0)\n\(everyText(of: $1))") }
    }

    private static func encodings(of value: some Encodable) -> [(String, String)] {
        let list = PropertyListEncoder()
        list.outputFormat = .xml
        let json = JSONEncoder()
        json.outputFormatting = .withoutEscapingSlashes
        func text(_ encode: () throws -> Data) -> String {
            do { return String(decoding: try encode(), as: UTF8.self) } catch { return everyText(of: error) }
        }
        return [
            ("JSON", text { try json.encode(value) }), ("JSON in an array", text { try json.encode([value]) }),
            ("property list", text { try list.encode([value]) }),
        ]
    }
}

import APIKeys
import Foundation

extension Sandbox {
    /// A change that a provider may make to a label; see ``Fault/changedLabel(_:)``.
    public enum LabelChange: Hashable, Sendable {
        /// Only this number of characters is kept, from the beginning.
        case cut(Int)
        /// All letters become upper case.
        case upperCase
        /// Letters become lower case, and a hyphen replaces everything between letters and digits: `ci-k7f3q9d2`.
        case slug
        /// White space at both ends is removed.
        case trimmed
        /// Characters that are special in HTML, and the number sign, become character references: `ci &#35;k7f3q9d2`.
        case escaped

        /// The change as ``Sandbox/inject(parsing:)`` reads it.
        var kind: String {
            switch self {
            case .cut(let length): "cutLabel=\(max(length, 0))"
            case .upperCase: "upperCaseLabel"
            case .slug: "slugLabel"
            case .trimmed: "trimmedLabel"
            case .escaped: "escapedLabel"
            }
        }

        fileprivate func changed(_ label: String) -> String {
            switch self {
            case .cut(let length): return String(label.prefix(max(length, 0)))
            case .upperCase: return label.uppercased()
            case .slug:
                let words = label.lowercased().split { !$0.isASCII || !($0.isLetter || $0.isNumber) }
                return words.joined(separator: "-")
            case .trimmed: return label.trimmingCharacters(in: .whitespacesAndNewlines)
            case .escaped:
                let references: [Character: String] = [
                    "&": "&amp;", "<": "&lt;", ">": "&gt;", "\"": "&quot;", "'": "&#39;", "#": "&#35;",
                ]
                return label.map { references[$0] ?? String($0) }.joined()
            }
        }
    }
}

extension FaultPlan.Draw {
    /// The request with its `label` or `name` changed if a fault says so, and its body is a JSON object that has one.
    func changingLabel(of request: HTTPRequest) -> HTTPRequest {
        guard case .changeLabel(let change)? = self[.label]?.effect, let body = request.body,
            var members = (try? JSON.value(JSONValue.self, from: body))?.object
        else { return request }
        for name in ["label", "name"] {
            if let label = members[name]?.string { members[name] = .string(change.changed(label)) }
        }
        var request = request
        request.body = Data(JSONValue.object(members).json.utf8)
        return request
    }
}

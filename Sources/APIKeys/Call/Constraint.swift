/// A rule that a provider's schema states for a request. It is checked before anything is sent.
///
/// Lengths count Unicode scalars, as JSON Schema does, and not what Swift calls a character.
package struct Constraint: Sendable {
    /// What breaks the rule, with the field and the limit; `nil` if nothing does.
    private let problem: String?

    /// Throws if the rule is broken.
    func check() throws(InvalidInput) {
        if let problem { throw InvalidInput(problem) }
    }

    /// A text's length. A text that is not there keeps the rule.
    package static func length(of field: String, _ text: String?, _ limits: ClosedRange<Int>) -> Constraint {
        guard let count = text?.unicodeScalars.count, !limits.contains(count) else { return Constraint(problem: nil) }
        let rule =
            limits.lowerBound > 0 ? "\(limits.lowerBound) to \(limits.upperBound)" : "at most \(limits.upperBound)"
        return Constraint(problem: "\(field) must have \(rule) characters; it has \(count)")
    }

    /// A text that must not be empty. A text that is not there keeps the rule.
    package static func notEmpty(_ field: String, _ text: String?) -> Constraint {
        Constraint(problem: text?.isEmpty == true ? "\(field) must have at least 1 character; it has 0" : nil)
    }

    /// A text that must be one of a few. A text that is not there keeps the rule.
    package static func oneOf(_ field: String, _ text: String?, _ choices: [String]) -> Constraint {
        let isKept = text.map(choices.contains) ?? true
        return Constraint(problem: isKept ? nil : "\(field) must be \(choices.joined(separator: " or "))")
    }

    /// Any other rule, in words that name the field: `model_ids must …`.
    package static func rule(_ isKept: Bool, _ rule: String) -> Constraint {
        Constraint(problem: isKept ? nil : rule)
    }
}

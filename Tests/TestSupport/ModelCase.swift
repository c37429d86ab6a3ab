import APIKeys
import Foundation

/// A model of a provider and what its schema says about each member.
package struct ModelCase: Sendable, CustomStringConvertible {
    /// What a member's value may be.
    package enum Kind: Sendable {
        case string, uuid, date, bool, integer, array, object, anyObject

        /// The changes that leave a value of this kind.
        fileprivate var accepted: Set<JSONMutation.Change> {
            switch self {
            case .string: [.string]
            case .bool: [.bool]
            case .integer: [.number]
            case .array: [.array]
            case .anyObject: [.object]
            case .uuid, .date, .object: []
            }
        }
    }

    /// Whether a member may be `null` or absent.
    package enum Member: Sendable {
        case required(Kind)
        case nullable(Kind)
        case optional(Kind)

        fileprivate var kind: Kind {
            switch self {
            case .required(let kind), .nullable(let kind), .optional(let kind): kind
            }
        }

        fileprivate var accepted: Set<JSONMutation.Change> {
            switch self {
            case .required(let kind): kind.accepted.union([.doubled])
            case .nullable(let kind): kind.accepted.union([.doubled, .null])
            case .optional(let kind): kind.accepted.union([.doubled, .null, .missing])
            }
        }
    }

    package let description: String
    private let full: String
    private let members: [String: Member]
    private let checkForms: @Sendable () throws -> [String]
    private let isAccepted: @Sendable (String) -> Bool

    /// States a case.
    ///
    /// - Parameters:
    ///   - value: The model with every member.
    ///   - full: Its JSON, members in alphabetical order.
    ///   - minimal: The JSON with the required members alone.
    ///   - writtenMinimal: What is written for it, if that differs.
    ///   - hasSecret: Whether the model holds a secret.
    ///   - members: What the schema says about each member.
    package init<Model: Codable & Equatable & Sendable>(
        _ value: Model,
        full: String,
        minimal: String,
        writtenMinimal: String? = nil,
        hasSecret: Bool = false,
        members: [String: Member]
    ) {
        description = "\(Model.self)"
        self.full = full
        self.members = members
        isAccepted = { text in (try? JSON.value(Model.self, from: Data(text.utf8))) != nil }
        checkForms = {
            func read(_ text: String) throws -> Model { try JSON.value(Model.self, from: Data(text.utf8)) }
            func written(_ model: Model) throws -> String {
                let encoder = JSONEncoder()
                encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
                encoder.userInfo[.revealsSecrets] = true
                return String(decoding: try encoder.encode(model), as: UTF8.self)
            }
            var problems: [String] = []
            if try read(full) != value { problems.append("reads as \(try read(full))") }
            if try written(value) != full { problems.append("is written as \(try written(value))") }
            let sparse = try written(try read(minimal))
            if sparse != writtenMinimal ?? minimal { problems.append("the minimal one is written as \(sparse)") }
            if try read(sparse) != read(minimal) { problems.append("the minimal one does not come back") }
            if try read("{\"zzz\":{\"a\":[1]}," + full.dropFirst()) != value {
                problems.append("unknown members count")
            }
            problems += try UserCoder.all.flatMap { try $0.problems(with: value, text: full) }
            let precise = try Self.precise(full, members)
            if try written(try read(precise)) != precise { problems.append("loses microseconds of \(precise)") }
            let isWrittenInClear = (try? JSONEncoder().encode(value)) != nil
            if isWrittenInClear == hasSecret { problems.append("is written in clear: \(isWrittenInClear)") }
            return problems
        }
    }

    /// The full form with every date to the microsecond.
    private static func precise(_ full: String, _ members: [String: Member]) throws -> String {
        guard case .object(var values) = try JSON.value(JSONValue.self, from: Data(full.utf8)) else { return full }
        for (name, member) in members where member.kind == .date {
            values[name] = .string("2024-05-01T12:00:00.141153Z")
        }
        return String(decoding: try JSON.body(values), as: UTF8.self)
    }

    /// Reads and writes the model in its full and its minimal form, with the client's coders and with users' own.
    ///
    /// - Returns: What is not as the case states; empty if all is.
    package func problems() throws -> [String] {
        try checkForms()
    }

    /// Changes each member in turn, and compares whether the model takes it to what the schema says.
    ///
    /// - Returns: What is not as the case states; empty if all is.
    package func problemsWithChangedMembers() throws -> [String] {
        var problems: [String] = []
        var seen: Set<String> = []
        for mutation in try JSONMutation.all(of: full) {
            guard case .field(let name)? = mutation.path.first, mutation.path.count == 1 else { continue }
            seen.insert(name)
            guard let member = members[name] else { return ["\(name) is not stated"] }
            let isExpected = member.accepted.contains(mutation.change)
            if isAccepted(mutation.text) != isExpected {
                problems.append("\(mutation) is \(isExpected ? "refused" : "accepted")")
            }
        }
        return problems + members.keys.filter { !seen.contains($0) }.map { "\($0) is not in the full form" }
    }
}

import Foundation
import JunctionKeys

/// A user's own model beside the SDK's, in one file with one coder.
struct Record: Codable, Equatable {
    var keys: [Junction.ManagementKey]
    var savedAt: Date
    var owner: UUID
}

/// The SDK's models keep their own form under a user's coder, and the user's keep the coder's.
func modelsUnderOwnCoders() throws {
    let text = #"{"keys":[\#(Example.managementKey)],"owner":"\#(Example.id.uuidString)","savedAt":1000000000}"#
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .secondsSince1970
    let record = try decoder.decode(Record.self, from: Data(text.utf8))
    try check(record.savedAt == Date(timeIntervalSince1970: 1_000_000_000), "a date of the user's own")
    let microseconds = record.keys[0].createdAt.timeIntervalSince(Date(timeIntervalSince1970: 1_714_564_800))
    try check(abs(microseconds - 0.141153) < 0.000_000_5, "a date of the SDK's")

    let encoder = JSONEncoder()
    encoder.dateEncodingStrategy = .secondsSince1970
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let written = try encoder.encode(record)
    try check(String(decoding: written, as: UTF8.self) == text, "the file")
    try check(try decoder.decode(Record.self, from: written) == record, "reading the file again")
}

/// A new key is the listed key plus its secret, whatever the provider calls it.
func createdKeys(junction: JunctionClient) async throws {
    let created = try await junction.createManagementKey(label: "ops", teamID: Example.teamID)
    try check(created.id == Example.id && created.label == "ops", "members of the listed key")
    try check(try revealed(created) == "mg_new" && created.key.reveal() == "mg_new", "the secret")
    let inTheOpen = try JSONEncoder().encode(created.managementKey)
    try check(!String(decoding: inTheOpen, as: UTF8.self).contains("mg_new"), "the key in the open")
    try check(!"\(created)".contains("mg_new"), "the printed key")
    let switched =
        switch created.creator {
        case .orgMember(let member): member.name
        default: "somebody else"
        }
    try check(switched == "Ada", "the creator")
}

func revealed(_ key: some SecretBearing) throws -> String {
    key.secret.reveal()
}

/// Names of the wire print as such.
func printedNames() throws {
    try check(
        "\(Junction.Region.eu) \(Junction.Role.orgAdmin) \(Junction.Environment.sandbox)" == "eu org_admin sandbox",
        "names")
}

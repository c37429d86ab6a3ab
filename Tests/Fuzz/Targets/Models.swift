@testable import APIKeys
import BasetenKeys
import Foundation
import ImtegrateKeys
import JunctionKeys
import NekudaKeys

extension Target {
    /// Every model: what is read is written, and reads as the same value again; Foundation's decoder reads the same.
    static let models = Target(name: "models") { bytes in
        let body = Data(bytes)
        // What is no JSON is none for any of them.
        guard JSONNode.reading(body) != nil else { return }
        check(Baseten.APIKey.self, body, hasSecret: true)
        check(Baseten.APIKeyInfo.self, body)
        check(Baseten.Owner.self, body)
        check(Baseten.Team.self, body)
        check(Imtegrate.APIKey.self, body)
        check(Imtegrate.CreatedAPIKey.self, body, hasSecret: true)
        check(Imtegrate.Environment.self, body)
        check(Junction.BulkDeletion.self, body)
        check(Junction.CreatedManagementKey.self, body, hasSecret: true)
        check(Junction.Creator.self, body)
        check(Junction.ExistingTeam.self, body)
        check(Junction.ManagementKey.self, body)
        check(Junction.OrgMember.self, body)
        check(Junction.Team.self, body)
        check(Junction.TeamAccessToken.self, body, hasSecret: true)
        check(Junction.TeamAPIKey.self, body, hasSecret: true)
        check(Junction.TeamRoleBinding.self, body)
        check(Junction.TeamSummary.self, body)
        check(Nekuda.APIKey.self, body)
        check(Nekuda.CreatedAPIKey.self, body, hasSecret: true)
        check(Nekuda.RevokedAPIKey.self, body)
        check(HTTPValidationError.self, body)
        check(LedgerEntry.self, body)
        check([Junction.Team].self, body)
    }

    private static func check<Model: Codable & Equatable>(_ type: Model.Type, _ body: Data, hasSecret: Bool = false) {
        guard let model = try? JSON.value(type, from: body) else { return }
        let encoder = JSONEncoder()
        let clear = try? encoder.encode(model)
        expect((clear == nil) == hasSecret, "\(type) is written in clear: \(clear != nil)")
        encoder.userInfo[.revealsSecrets] = true
        guard let written = try? encoder.encode(model) else { fail("\(type) is not written") }
        let again = try? JSON.value(type, from: written)
        expect(again == model, "\(String(decoding: body, as: UTF8.self)) is written as \(text(written))")
        let foundations = try? JSONDecoder().decode(type, from: written)
        expect(foundations == model, "\(text(written)) comes back from Foundation as \(foundations as Any)")
        let twice = again.flatMap { try? encoder.encode($0) }
        expect(twice.map(canonical) == canonical(written), "\(text(written)) changes to \(twice.map(text) ?? "")")
    }

    private static func text(_ data: Data) -> String { String(decoding: data, as: UTF8.self) }

    /// An encoder has no order of its own.
    private static func canonical(_ data: Data) -> JSONValue? { try? JSON.value(JSONValue.self, from: data) }
}

import Foundation
import JunctionKeys

/// A ring of the program's own, for a service that the SDK does not know.
nonisolated struct OwnRing: RevocableKeyRing {
    let service: Service

    var place: String { "own service" }

    func create(label: String, options: RequestOptions) async throws(APIError) -> IssuedKey {
        await service.create(label)
    }

    func keys(options: RequestOptions) async throws(APIError) -> [ListedKey] {
        await service.keys
    }

    func revoke(id: String, options: RequestOptions) async throws(APIError) {
        await service.revoke(id)
    }
}

actor Service {
    private(set) var keys: [ListedKey] = []
    private var count = 0

    func create(_ label: String) -> IssuedKey {
        count += 1
        keys.append(ListedKey(id: "\(count)", label: label))
        return IssuedKey(id: "\(count)", label: label, secret: Secret("secret-\(count)"))
    }

    func revoke(_ id: String) { keys.removeAll { $0.id == id } }
}

nonisolated struct Customer: ProvisioningItem {
    let id: String
    var label: String { "customer \(id)" }
}

/// A ledger of the program's own.
actor OwnLedger: ProvisioningLedger {
    private var all: [LedgerEntry] = []

    func entries() -> [LedgerEntry] { all }
    func append(_ entry: LedgerEntry) { all.append(entry) }
}

/// The secrets that a rotation stores, where the calling code is isolated to an actor.
@MainActor final class SecretStore {
    private var secrets: [String: Secret] = [:]

    func rotateAndProvision() async throws {
        let ring = OwnRing(service: Service())
        let first = try await ring.createOnce(label: "ci", marker: .random())
        let rotation = try await ring.rotate(
            first.id ?? "", label: "ci", store: { key in self.secrets["ci"] = key.secret },
            verify: { key in try check(self.secrets["ci"] != key.secret, "stored before it was verified") })
        try check(rotation.retired == first.id && secrets["ci"] == rotation.issued.secret, "the rotation")

        let pending: PendingRotation = try await ring.beginRotation(
            of: rotation.issued.id ?? "", label: "ci", store: { self.secrets["ci"] = $0.secret })
        try await ring.finishRotation(pending)
        do throws(RotationError) {
            try await ring.abandonRotation(pending)
        } catch {
            try check(error.step == .revoke && error.workingKeyIDs == ["3"], "\(error)")
        }

        let run = Provisioning<Customer>(
            ledger: OwnLedger(), ring: { _ in ring },
            store: { customer, key in await self.put(key.secret, for: customer.id) })
        var stored = 0
        for try await event in run.events(for: [Customer(id: "a"), Customer(id: "b")]) {
            if case .stored = event.kind { stored += 1 }
        }
        try check(stored == 2 && secrets.count == 3, "the run")
        let rings: [any KeyRing] = [
            ring,
            JunctionClient(managementKey: Secret("mg_1"), organizationID: Example.id)
                .teamKeyRing(teamID: Example.teamID, environment: .sandbox, region: .us),
        ]
        try check(Set(rings.map(\.place)).count == 2, "the places")
    }

    private func put(_ secret: Secret, for id: String) { secrets[id] = secret }
}

func lifecycle() async throws {
    try await SecretStore().rotateAndProvision()
}

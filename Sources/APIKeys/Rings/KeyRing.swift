public import Foundation

/// A type that creates and lists one kind of key of an account, such as the keys of one team.
///
/// All keys of a ring are created with the same settings; only their labels differ. Each provider's client creates
/// rings, such as `JunctionClient.teamKeyRing(teamID:environment:region:)`. Conform your own type to use
/// ``createOnce(label:marker:settling:options:)`` with another service. A service that can revoke keys conforms to
/// ``RevocableKeyRing``.
public protocol KeyRing: Sendable {
    /// A text that says where the keys are. It is the same, in every process, for rings that list the same keys:
    /// look-ups at one place share a listing, and a ledger stores the place. It must not contain a secret.
    var place: String { get }

    /// The service's name in errors; ``place`` by default.
    var provider: String { get }

    /// Tells rings with the same ``place`` but different accounts apart, within this process; ``place`` by default.
    var account: AnyHashable { get }

    /// How many Unicode scalars a label may have, its marker included; `nil`, the default, for a service without a
    /// limit.
    var maximumLabelLength: Int? { get }

    /// The clock that measures pauses and time limits of work with the ring; `ContinuousClock` by default.
    var clock: any Clock<Duration> { get }

    /// Creates a key. Must not send another request once one may have been processed.
    ///
    /// - Parameters:
    ///   - label: The label that is sent.
    ///   - options: Settings of this call.
    /// - Returns: The key with its secret.
    /// - Throws: ``APIError``, whose ``APIError/outcome`` says whether the key may exist.
    func create(label: String, options: RequestOptions) async throws(APIError) -> IssuedKey

    /// Lists the keys that work, from all pages. Revoked keys are left out.
    ///
    /// - Parameter options: Settings of each request.
    /// - Returns: The keys.
    /// - Throws: ``APIError``, also if the list is incomplete.
    func keys(options: RequestOptions) async throws(APIError) -> [ListedKey]
}

extension KeyRing {
    /// The ring's ``place``.
    public var provider: String { place }
    /// The ring's ``place``.
    public var account: AnyHashable { place }
    /// `nil`: no limit.
    public var maximumLabelLength: Int? { nil }
    /// The system's clock.
    public var clock: any Clock<Duration> { ContinuousClock() }
}

/// A ring whose keys can be revoked.
public protocol RevocableKeyRing: KeyRing {
    /// Revokes a key: it stops working. Succeeds only if the key is gone, even if it was gone before. The answer "not
    /// found" is a success only if the list does not hold the key either.
    ///
    /// - Parameters:
    ///   - id: The key's ID, as ``KeyRing/keys(options:)`` returns it.
    ///   - options: Settings of this call.
    /// - Throws: ``APIError``, also if the answer says that the key was not revoked.
    func revoke(id: String, options: RequestOptions) async throws(APIError)
}

/// A key that was just created, or found in a list that holds secrets.
public struct IssuedKey: Hashable, Sendable, SecretBearing {
    /// The key's ID; `nil` if the provider does not return one.
    public var id: String?
    /// The key's label, as it was sent, or as the list shows it.
    public var label: String
    /// The key itself.
    public var secret: Secret
    /// When the key was created; `nil` if the provider does not say.
    public var createdAt: Date?
    /// A fencing token: a ``Provisioning`` gives each key that it passes to `store` a greater number than the item's
    /// earlier keys. A store that refuses smaller numbers keeps the newest key. `nil` outside of a job.
    public var sequence: Int?

    /// Creates a key, for use in rings of your own and in tests.
    public init(id: String?, label: String, secret: Secret, createdAt: Date? = nil, sequence: Int? = nil) {
        self.id = id
        self.label = label
        self.secret = secret
        self.createdAt = createdAt
        self.sequence = sequence
    }
}

/// A key as a list shows it.
public struct ListedKey: Hashable, Sendable, Identifiable {
    /// The key's ID, by which it is revoked.
    public var id: String
    /// The key's label; `nil` if it has none.
    public var label: String?
    /// When the key was created; `nil` if the provider does not say.
    public var createdAt: Date?
    /// The key itself, if the provider's list holds it. Junction's list of team keys does.
    public var secret: Secret?

    /// Creates a key, for use in rings of your own and in tests.
    public init(id: String, label: String?, createdAt: Date? = nil, secret: Secret? = nil) {
        self.id = id
        self.label = label
        self.createdAt = createdAt
        self.secret = secret
    }
}

extension ListedKey {
    /// The marker at the end of the key's label, which says which call or job created the key; `nil` if there is none.
    public var marker: KeyMarker? { MarkedLabel(label)?.marker }

    /// The key's label without its marker; the whole label if it has none, and `nil` if the key has no label.
    public var baseLabel: String? { MarkedLabel(label)?.base ?? label }

    /// The key in hand, if its secret is known: as it is listed, or as it was guessed from an answer. `sent` is the
    /// label for a provider that lists none.
    func issued(as sent: String, guess: Secret? = nil) -> IssuedKey? {
        guard let secret = secret ?? guess, !secret.reveal().isEmpty else { return nil }
        return IssuedKey(id: id, label: label ?? sent, secret: secret, createdAt: createdAt)
    }

    /// Whether an ID is this key's: UUIDs are the same in either case.
    func hasID(_ other: String) -> Bool { id == other || KeyID(id) == KeyID(other) }
}

extension [ListedKey] {
    /// A key in hand, as the list shows it.
    func listing(of key: IssuedKey) -> ListedKey? { listing(of: key.id, labelled: key.label, secret: key.secret) }

    /// The key that has an ID, which a list may spell differently, else the only one that has a label and may have the
    /// secret, else one that has the secret.
    func listing(of id: String?, labelled label: String, secret: Secret? = nil) -> ListedKey? {
        if let id, let key = first(where: { $0.hasID(id) }) { return key }
        let labelled = filter { $0.label == label && (secret == nil || $0.secret == nil || $0.secret == secret) }
        return labelled.count == 1 ? labelled[0] : secret.flatMap { secret in first { $0.secret == secret } }
    }
}

/// A key's ID as it is compared: UUIDs are the same in either case.
struct KeyID: Hashable, Sendable {
    private let text: String

    init(_ id: String) {
        text = UUID.fromWire(id)?.wireValue ?? id
    }
}

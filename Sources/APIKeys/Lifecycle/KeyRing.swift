public import Foundation

/// The keys of one kind at one place: what a key is created with is fixed, and only its label varies.
///
/// Each provider's client creates rings, such as `JunctionClient.teamKeyRing(teamID:environment:region:)`. Conform a
/// type of your own to use ``createOnce(label:marker:settling:options:)`` with another service. A service that can
/// revoke keys conforms to ``RevocableKeyRing``.
public protocol KeyRing: Sendable {
    /// Where the keys are. Equal for rings that list the same keys, in every process: look-ups of one place share a
    /// listing, and a ledger holds it. It must not contain a secret.
    var place: String { get }

    /// The configuration of the ring's client. Its ``ClientConfiguration/clock`` and ``ClientConfiguration/answerGrace``
    /// apply to everything that is done with the ring.
    var configuration: ClientConfiguration { get }

    /// Creates a key. At most one request may be processed.
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

/// A ring whose keys can be revoked.
public protocol RevocableKeyRing: KeyRing {
    /// Revokes a key: it stops working. Succeeds if the key is gone already.
    ///
    /// - Parameters:
    ///   - id: The key's ID, as ``KeyRing/keys(options:)`` returns it.
    ///   - options: Settings of this call.
    /// - Throws: ``APIError``, also if the provider reports that it could not revoke the key.
    func revoke(id: String, options: RequestOptions) async throws(APIError)
}

/// A key that was just created, or found in a list that holds secrets.
public struct IssuedKey: Hashable, Sendable, SecretBearing {
    /// The key's ID; `nil` if the provider does not return one.
    public var id: String?
    /// The key's label, as it was sent.
    public var label: String
    /// The key itself.
    public var secret: Secret
    /// When the key was created; `nil` if the provider does not say.
    public var createdAt: Date?

    /// Creates a key, for use in rings of your own and in tests.
    public init(id: String?, label: String, secret: Secret, createdAt: Date? = nil) {
        self.id = id
        self.label = label
        self.secret = secret
        self.createdAt = createdAt
    }
}

/// A key as a list holds it.
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

/// What the rings of this package know beyond ``KeyRing``.
package protocol ProviderKeyRing: KeyRing {
    /// The provider's name, for errors.
    var provider: String { get }
    /// How many Unicode scalars a label may have; `nil` if the provider publishes no limit.
    var maximumLabelLength: Int? { get }
    /// Tells rings of different accounts apart whose ``KeyRing/place`` is the same, within this process.
    var account: AnyHashable? { get }
}

extension KeyRing {
    /// The provider's name in the errors that are created here.
    var providerName: String { (self as? any ProviderKeyRing)?.provider ?? place }

    /// Checks that a label fits with everything that is added to it.
    ///
    /// - Parameters:
    ///   - label: The user's label.
    ///   - marker: The marker that is added.
    ///   - creates: How many keys may be created under the marker.
    ///   - operation: The operation, for the error.
    /// - Throws: ``APIError`` of the kind ``APIError/Kind/invalidRequest(_:)``, which names what is left for the label.
    func checkLength(
        of label: String, with marker: KeyMarker, creates: Int, operation: String
    ) throws(APIError) {
        guard let limit = (self as? any ProviderKeyRing)?.maximumLabelLength else { return }
        let added = marker.label("", creates).unicodeScalars.count + 1
        let (left, count) = (limit - added, label.unicodeScalars.count)
        guard count > left else { return }
        let reason =
            "label must have at most \(left) characters, as its marker takes \(added) of \(limit); it has \(count)"
        throw error(.invalidRequest(reason), operation)
    }

    /// An error without a request behind it.
    func error(
        _ kind: APIError.Kind, _ operation: String, outcome: APIError.Outcome = .notProcessed, message: String? = nil
    ) -> APIError {
        APIError(kind: kind, outcome: outcome, message: message, provider: providerName, operation: operation)
    }
}

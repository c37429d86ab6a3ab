// The names of the shared layer that a program with a provider's client writes, and no more: each provider's module
// re-exports them by this one. Named one by one, since a name from here wins over the same name from another module:
// swift-http-types has an HTTPRequest too, ArgumentParser a ValidationError, and many modules a JSONValue, a Patch or a
// RetryPolicy. A program that writes one of those of APIKeys, or its own transport or middleware, imports APIKeys as
// well.

@_exported public import protocol APIKeys.CredentialSource
@_exported public import protocol APIKeys.HTTPTransport
@_exported public import protocol APIKeys.KeyRing
@_exported public import protocol APIKeys.ProvisioningItem
@_exported public import protocol APIKeys.ProvisioningLedger
@_exported public import protocol APIKeys.RevocableKeyRing
@_exported public import protocol APIKeys.SecretBearing
@_exported public import class APIKeys.FileLedger
@_exported public import class APIKeys.OAuthClientCredentials
@_exported public import class APIKeys.RefreshingCredential
@_exported public import class APIKeys.URLSessionTransport
@_exported public import struct APIKeys.APIError
@_exported public import struct APIKeys.ClientConfiguration
@_exported public import struct APIKeys.ClientEvent
@_exported public import struct APIKeys.ExpiringCredential
@_exported public import struct APIKeys.FileLedgerError
@_exported public import struct APIKeys.HTTPValidationError
@_exported public import struct APIKeys.IssuedKey
@_exported public import struct APIKeys.KeyMarker
@_exported public import struct APIKeys.KeyReplacement
@_exported public import struct APIKeys.LedgerEntry
@_exported public import struct APIKeys.ListedKey
@_exported public import struct APIKeys.NetworkFailure
@_exported public import struct APIKeys.PagedSequence
@_exported public import struct APIKeys.PendingRotation
@_exported public import struct APIKeys.Provisioning
@_exported public import struct APIKeys.ProvisioningEvent
@_exported public import struct APIKeys.ProvisioningPlan
@_exported public import struct APIKeys.ProvisioningReport
@_exported public import struct APIKeys.RequestOptions
@_exported public import struct APIKeys.RetirementReport
@_exported public import struct APIKeys.Rotation
@_exported public import struct APIKeys.RotationError
@_exported public import struct APIKeys.Secret
@_exported public import struct APIKeys.UnresolvedKey
@_exported public import enum APIKeys.LedgerClaim
@_exported public import enum APIKeys.PostConnections
@_exported public import func APIKeys.withResponseMetadata

// The names of the shared layer that this module's own interface is written with, so that a test needs no second import
// and product. One by one, as in the providers' modules, since a name from here wins over the same name from another
// module.

@_exported public import protocol APIKeys.HTTPTransport
@_exported public import struct APIKeys.APIError
@_exported public import struct APIKeys.HTTPHeaders
@_exported public import struct APIKeys.HTTPMethod
@_exported public import struct APIKeys.HTTPRequest
@_exported public import struct APIKeys.HTTPResponse
@_exported public import struct APIKeys.NetworkFailure

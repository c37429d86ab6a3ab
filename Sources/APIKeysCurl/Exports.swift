// Programs that import this module alone can read why there is none.
@_exported public import struct APIKeys.Unavailable

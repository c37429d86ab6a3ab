@_exported public import APIKeys

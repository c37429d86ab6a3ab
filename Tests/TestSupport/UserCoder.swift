import APIKeys
import Foundation

/// A decoder and an encoder as users set them up: a model is read and written by them as by the client.
struct UserCoder: CustomStringConvertible {
    let description: String
    private let decoder = JSONDecoder()
    private let encoder = JSONEncoder()

    private init(
        _ name: String,
        _ dates: (read: JSONDecoder.DateDecodingStrategy, write: JSONEncoder.DateEncodingStrategy),
        _ data: (read: JSONDecoder.DataDecodingStrategy, write: JSONEncoder.DataEncodingStrategy) = (.base64, .base64)
    ) {
        description = name
        (decoder.dateDecodingStrategy, encoder.dateEncodingStrategy) = dates
        (decoder.dataDecodingStrategy, encoder.dataEncodingStrategy) = data
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.userInfo[.revealsSecrets] = true
    }

    private struct Refusal: Error {}

    /// Every kind of strategy for dates, and those for data.
    static var all: [UserCoder] {
        let format = DateFormatter()
        format.dateFormat = "dd.MM.yyyy"
        return [
            UserCoder("a plain coder", (.deferredToDate, .deferredToDate), (.deferredToData, .deferredToData)),
            UserCoder("a coder for ISO 8601", (.iso8601, .iso8601)),
            UserCoder("a coder for seconds", (.secondsSince1970, .secondsSince1970)),
            UserCoder("a coder for milliseconds", (.millisecondsSince1970, .millisecondsSince1970)),
            UserCoder("a coder for days", (.formatted(format), .formatted(format))),
            UserCoder(
                "a coder that refuses dates and data",
                (.custom { _ in throw Refusal() }, .custom { _, _ in throw Refusal() }),
                (.custom { _ in throw Refusal() }, .custom { _, _ in throw Refusal() })),
        ]
    }

    /// Reads and writes a model. Returns what is wrong; empty if nothing is.
    func problems<Model: Codable & Equatable>(with value: Model, text: String) throws -> [String] {
        var problems: [String] = []
        let read = try decoder.decode(Model.self, from: Data(text.utf8))
        if read != value { problems.append("\(self) reads it otherwise") }
        let written = try encoder.encode(value)
        if written != Data(text.utf8) { problems.append("\(self) writes it otherwise") }
        if try decoder.decode(Model.self, from: written) != value { problems.append("\(self) does not get it back") }
        return problems
    }
}

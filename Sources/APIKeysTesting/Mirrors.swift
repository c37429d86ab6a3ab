import APIKeys
import Foundation

extension MockTransport: Opaque {}
extension SeededRandom: Opaque {}
extension TestClock: Opaque {}
extension UnexpectedRequest: PrintableError {}

extension MockTransport.Answer: CustomStringConvertible, CustomReflectable {
    /// The answer, without the body of a response and without the text of an error from outside this package.
    public var description: String {
        switch self {
        case .response(let response): "response: \(response)"
        case .failure(let error): "failure: \(String(printing: error))"
        case .sequence(let answers): "sequence of \(answers.count)"
        }
    }

    /// A mirror without children: the description says everything.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

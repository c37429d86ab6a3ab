/// What the command line asks for.
struct Arguments {
    /// Why a command line is not understood.
    struct Problem: Error, CustomStringConvertible {
        let description: String
    }

    static let usage = """
        usage: SandboxServer [--port N]

          --port N   the loopback port to listen on, 1 to 65535; by default the system chooses one
        """

    /// The port to listen on; 0 for any.
    private(set) var port: UInt16 = 0

    init(_ arguments: some Sequence<String>) throws(Problem) {
        var rest = Array(arguments)[...]
        var isSet = false
        while let argument = rest.popFirst() {
            guard argument == "--port" else { throw Problem(description: "unknown argument: \(argument)") }
            guard !isSet else { throw Problem(description: "--port is given twice") }
            guard let value = rest.popFirst() else { throw Problem(description: "--port needs a number") }
            guard let number = UInt16(value), number > 0, value.allSatisfy(\.isWholeNumber) else {
                throw Problem(description: "not a port: \(value)")
            }
            (port, isSet) = (number, true)
        }
    }
}

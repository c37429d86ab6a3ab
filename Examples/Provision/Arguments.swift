import Foundation

/// What the command line asks for.
struct Arguments {
    /// Why a command line is not understood.
    struct Problem: Error, CustomStringConvertible {
        let description: String
    }

    enum Provider: String, CaseIterable {
        case junction, baseten, nekuda
    }

    enum Store {
        case file(URL)
        case command(String)
    }

    static let usage = """
        usage: Provision ITEMS.csv [option]…

          ITEMS.csv            one item a line, below a header: id,label and, for Junction, team_id
          --provider NAME      junction (the default), baseten or nekuda
          --environment NAME   Junction's environment: sandbox (the default) or production
          --region NAME        Junction's region: us (the default) or eu
          --ledger FILE        remembers what was done; ITEMS.ledger by default. An existing one is resumed
          --secrets FILE       gets a JSON line per key; ITEMS.secrets by default
          --store COMMAND      in place of --secrets: run by sh for each key, at least once, with the secret on its
                               standard input and ITEM_ID, ITEM_LABEL and KEY_ID in its environment
          --concurrency N      how many items are at work at the same time, at most; 16 by default
          --settling SECONDS   how long a lost request may still take effect; 5 by default
          --failures N         after so many failed items nothing more begins; by default every item is tried
          --dry-run            says what would be done, and does nothing

        Calls the provider whose credentials are in the environment: JUNCTION_MANAGEMENT_KEY and JUNCTION_ORG_ID,
        BASETEN_API_KEY, or NEKUDA_TOKEN, and the server of JUNCTION_BASE_URL and its like. Without them, a sandbox of its
        own. Baseten's keys have the type WORKSPACE_INVOKE.

        Exit status: 0 all stored; 1 some failed, not tried or unresolved; 2 usage; 130 interrupted.
        """

    let items: URL
    private(set) var provider = Provider.junction
    private(set) var environment = "sandbox"
    private(set) var region = "us"
    private(set) var ledger: URL
    private(set) var store: Store
    private(set) var concurrency = 16
    private(set) var settling = Duration.seconds(5)
    private(set) var failures: Int?
    private(set) var isDryRun = false

    init(_ arguments: some Sequence<String>) throws(Problem) {
        var rest = Array(arguments)[...]
        var seen: Set<String> = []
        var paths: [String] = []
        var (ledger, secrets, command): (String?, String?, String?)
        while let argument = rest.popFirst() {
            guard argument.hasPrefix("--") else {
                paths.append(argument)
                continue
            }
            guard seen.insert(argument).inserted else { throw Problem(description: "\(argument) is given twice") }
            func value<Value>(_ read: (String) -> Value?) throws(Problem) -> Value {
                guard let text = rest.popFirst() else { throw Problem(description: "\(argument) needs a value") }
                guard let value = read(text) else {
                    throw Problem(description: "not a value of \(argument): \(text)")
                }
                return value
            }
            switch argument {
            case "--provider": provider = try value { Provider(rawValue: $0) }
            case "--environment": environment = try value { ["sandbox", "production"].contains($0) ? $0 : nil }
            case "--region": region = try value { ["us", "eu"].contains($0) ? $0 : nil }
            case "--ledger": ledger = try value { $0.isEmpty ? nil : $0 }
            case "--secrets": secrets = try value { $0.isEmpty ? nil : $0 }
            case "--store": command = try value { $0.isEmpty ? nil : $0 }
            case "--concurrency": concurrency = try value { Int($0).flatMap { (1...1000).contains($0) ? $0 : nil } }
            case "--settling":
                settling = try value { Double($0).flatMap { (0...86400).contains($0) ? .seconds($0) : nil } }
            case "--failures": failures = try value { Int($0).flatMap { $0 > 0 ? $0 : nil } }
            case "--dry-run": isDryRun = true
            default: throw Problem(description: "unknown option: \(argument)")
            }
        }
        guard let path = paths.first, paths.count == 1 else {
            throw Problem(description: "one file of items is needed; \(paths.count) are given")
        }
        guard secrets == nil || command == nil else {
            throw Problem(description: "--secrets and --store exclude each other")
        }
        items = URL(filePath: path)
        let base = items.deletingPathExtension()
        self.ledger = ledger.map { URL(filePath: $0) } ?? base.appendingPathExtension("ledger")
        store =
            command.map { .command($0) }
            ?? .file(secrets.map { URL(filePath: $0) } ?? base.appendingPathExtension("secrets"))
    }
}

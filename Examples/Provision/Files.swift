import Foundation

/// Where the job keeps its ledger and its secrets.
struct Files {
    /// `nil` if a database holds the ledger.
    let ledger: URL?
    /// `nil` if a command stores the secrets.
    let secrets: URL?
    /// The folder that ends with the program, if one of them is in it.
    private let temporary: URL?

    /// Decides on the files, and creates nothing.
    ///
    /// What is not named is beside the file of items, and named after it and the place. The keys of the program's own
    /// sandbox end with it: what is not named then is temporary.
    ///
    /// - Throws: ``Problem`` for a folder that is missing, one file for both, or a ledger of an earlier version.
    init(_ arguments: Arguments, at place: Place) throws(Problem) {
        guard !place.isOwnSandbox || !arguments.isRetirement || arguments.isDryRun else {
            throw Problem(
                "--retire needs the credentials of a provider: a sandbox of the program's own holds no key yet",
                isUsage: true)
        }
        let isLedgerNamed = arguments.ledger != nil || arguments.database != nil
        let isNamed = isLedgerNamed && (arguments.secrets != nil || arguments.storeCommand != nil)
        let base = arguments.items.deletingPathExtension()
        var folder: URL?
        if place.isOwnSandbox, !isNamed {
            folder = FileManager.default.temporaryDirectory.appending(path: "Provision-\(UUID().uuidString)")
        }
        func file(_ kind: String) -> URL {
            let name = "\(base.lastPathComponent).\(place.name).\(kind)"
            return folder?.appending(path: name) ?? base.deletingLastPathComponent().appending(path: name)
        }
        ledger = arguments.database == nil ? arguments.ledger ?? file("ledger") : nil
        let storesElsewhere = arguments.storeCommand != nil || arguments.isRetirement
        secrets = storesElsewhere ? nil : arguments.secrets ?? file("secrets")
        if let ledger, !isLedgerNamed, !place.isOwnSandbox { try Self.refuseOldLedger(base, newName: ledger) }
        for (kind, url) in [("ledger", arguments.ledger), ("secrets", arguments.secrets)] {
            if let url { try Self.checkFolder(of: url, kind) }
        }
        if let secrets, let ledger, secrets.resolvingSymlinksInPath().path == ledger.resolvingSymlinksInPath().path {
            throw Problem("--ledger and --secrets name one file; each needs its own", isUsage: true)
        }
        temporary = folder
    }

    /// Creates the folder of what is temporary.
    func createTemporary() throws(Problem) {
        guard let temporary else { return }
        do {
            try FileManager.default.createDirectory(
                at: temporary, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw Problem("the temporary folder \(temporary.path) cannot be created; is there room?")
        }
    }

    /// What is temporary, in words; `nil` if nothing is.
    var notice: String? {
        guard let temporary else { return nil }
        let names = [("ledger", ledger), ("secrets", secrets)].filter {
            $0.1?.deletingLastPathComponent().path == temporary.path
        }.map(\.0)
        return "the keys end with the sandbox; the \(names.joined(separator: " and the ")) "
            + "\(names == ["ledger"] ? "is" : "are") temporary and removed at the end"
    }

    /// Removes what is temporary.
    func removeTemporary() {
        if let temporary { try? FileManager.default.removeItem(at: temporary) }
    }

    /// A ledger's name once did not say where its keys are. To begin a new one beside it would double every key.
    private static func refuseOldLedger(_ base: URL, newName: URL) throws(Problem) {
        let old = base.appendingPathExtension("ledger")
        guard FileManager.default.fileExists(atPath: old.path) else { return }
        throw Problem(
            """
            \(old.relativePath) is a ledger of an earlier version, whose name does not say where its keys are. \
            Nothing was done. If its keys are there, rename it to \(newName.lastPathComponent), and a file of secrets \
            likewise; if they are elsewhere, move it away; or name the ledger with --ledger
            """)
    }

    private static func checkFolder(of url: URL, _ kind: String) throws(Problem) {
        let folder = url.absoluteURL.deletingLastPathComponent()
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: folder.path, isDirectory: &isFolder), isFolder.boolValue else {
            throw Problem(
                "--\(kind) \(url.relativePath): there is no folder \(folder.path); create it, or name another file")
        }
    }
}

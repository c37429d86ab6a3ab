/// The members of a JSON object, in order. A name stands once; setting it again keeps its place, as in a Python `dict`.
struct WireObject: Hashable, Sendable {
    struct Member: Hashable, Sendable {
        let name: String
        var value: WireValue
    }

    private(set) var members: [Member] = []
    /// Whether a name that cannot be written was left out: half of a surrogate pair.
    var hasUnwritableName = false

    init(_ members: [(String, WireValue)] = []) {
        for (name, value) in members { self[name] = value }
    }

    /// The member of this name. Setting it to `nil` removes it.
    subscript(name: String) -> WireValue? {
        get {
            place(of: name).map { members[$0].value }
        }
        set {
            switch (place(of: name), newValue) {
            case (let place?, let value?): members[place].value = value
            case (let place?, nil): members.remove(at: place)
            case (nil, let value?): members.append(Member(name: name, value: value))
            case (nil, nil): break
            }
        }
    }

    /// The members of these names that there are, in the order of the names.
    func picking(_ names: [String]) -> WireObject {
        WireObject(names.compactMap { name in self[name].map { (name, $0) } })
    }

    private func place(of name: String) -> Int? {
        members.firstIndex { $0.name.isSame(as: name) }
    }
}

extension WireObject: ExpressibleByDictionaryLiteral {
    init(dictionaryLiteral elements: (String, WireValue)...) { self.init(elements) }
}

extension String {
    /// Whether both are made of the same characters, as Python sees it. Swift's `==` takes canonically equivalent texts
    /// for equal.
    func isSame(as other: String) -> Bool {
        utf8.elementsEqual(other.utf8)
    }

    /// Whether the text begins with the same characters, as Python sees it.
    func begins(with prefix: String) -> Bool {
        utf8.starts(with: prefix.utf8)
    }
}

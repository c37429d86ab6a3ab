/// The members of a JSON object, in order. A name stands once; setting it again keeps its place, as in a Python `dict`.
struct WireObject: Hashable, Sendable {
    struct Member: Hashable, Sendable {
        let name: String
        var value: WireValue
    }

    private(set) var members: [Member] = []
    private var places: [Name: Int] = [:]
    /// Whether a name that cannot be written was left out: half of a surrogate pair.
    var hasUnwritableName = false

    init(_ members: [(String, WireValue)] = []) {
        for (name, value) in members { self[name] = value }
    }

    /// The member of this name. Setting it to `nil` removes it.
    subscript(name: String) -> WireValue? {
        get {
            places[Name(text: name)].map { members[$0].value }
        }
        set {
            switch (places[Name(text: name)], newValue) {
            case (let place?, let value?): members[place].value = value
            case (.some, nil):
                self = WireObject(members.filter { !$0.name.isSame(as: name) }.map { ($0.name, $0.value) })
            case (nil, let value?):
                places[Name(text: name)] = members.count
                members.append(Member(name: name, value: value))
            case (nil, nil): break
            }
        }
    }

    /// The members of these names that there are, in the order of the names.
    func picking(_ names: [String]) -> WireObject {
        WireObject(names.compactMap { name in self[name].map { (name, $0) } })
    }

    /// A name that is equal to none but itself.
    private struct Name: Hashable {
        let text: String

        static func == (one: Name, other: Name) -> Bool { one.text.isSame(as: other.text) }

        func hash(into hasher: inout Hasher) {
            for byte in text.utf8 { hasher.combine(byte) }
        }
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

/// Decodes a value from JSON that was read.
///
/// A member that stands twice counts as the first one. Only a ``Secret`` may not be named twice with different values.
struct JSONNodeDecoder: Decoder, SingleValueDecodingContainer {
    /// The way from the body to a value, from its last step.
    indirect enum Path {
        case body
        case step(any CodingKey, Path)

        var keys: [any CodingKey] {
            var (keys, path) = ([any CodingKey](), self)
            while case .step(let key, let rest) = path { (_, path) = (keys.append(key), rest) }
            return keys.reversed()
        }
    }

    let node: JSONNode
    let path: Path

    init(_ node: JSONNode, at path: Path = .body) {
        self.node = node
        self.path = path
    }

    var codingPath: [any CodingKey] { path.keys }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    /// Whether a text was sent exactly as it reads.
    var isExact: Bool { if case .string(_, false) = node { false } else { true } }

    func container<Key>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard case .object(let members) = node else { throw mismatch([String: Any].self) }
        return KeyedDecodingContainer(JSONMembers(members, at: path))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard case .array(let elements) = node else { throw mismatch([Any].self) }
        return JSONElements(elements, at: path)
    }

    func singleValueContainer() -> any SingleValueDecodingContainer { self }

    // MARK: Single values

    func decodeNil() -> Bool { node == .null }

    func decode(_ type: Bool.Type) throws -> Bool {
        guard case .bool(let value) = node else { throw mismatch(type) }
        return value
    }

    func decode(_ type: String.Type) throws -> String {
        guard case .string(let text, _) = node else { throw mismatch(type) }
        return text
    }

    func decode<Number: FixedWidthInteger & Decodable>(_ type: Number.Type) throws -> Number {
        guard case .number(let literal) = node else { throw mismatch(type) }
        // By way of these: a parser for each type would be 25,000 bytes of every program. Also 1.0 and 1e3.
        guard
            let number = Int64(literal).flatMap({ Number(exactly: $0) })
                ?? UInt64(literal).flatMap({ Number(exactly: $0) })
                ?? Double(literal).flatMap({ Number(exactly: $0) })
        else {
            throw DecodingError.dataCorrupted(context("Not a \(type)."))
        }
        return number
    }

    func decode<Number: BinaryFloatingPoint & LosslessStringConvertible & Decodable>(
        _ type: Number.Type
    ) throws -> Number {
        guard case .number(let literal) = node else { throw mismatch(type) }
        guard let number = Number(literal), number.isFinite else {
            throw DecodingError.dataCorrupted(context("Not a \(type)."))
        }
        return number
    }

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        try Value(from: self)
    }

    private func mismatch(_ type: Any.Type) -> DecodingError {
        node == .null
            ? .valueNotFound(type, context("Expected a \(type), found null."))
            : .typeMismatch(type, context("Expected a \(type)."))
    }

    private func context(_ text: String) -> DecodingError.Context {
        .init(codingPath: codingPath, debugDescription: text)
    }
}

/// The members of an object.
private struct JSONMembers<Key: CodingKey>: KeyedDecodingContainerProtocol {
    private let members: [JSONNode.Member]
    /// Where each name stands first, if they are too many to look through.
    private let places: [String: Int]?
    private let path: JSONNodeDecoder.Path

    init(_ members: [JSONNode.Member], at path: JSONNodeDecoder.Path) {
        self.members = members
        self.path = path
        places =
            members.count <= 16
            ? nil
            : Dictionary(members.indices.map { (members[$0].name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    var codingPath: [any CodingKey] { path.keys }

    var allKeys: [Key] {
        var seen: Set<String> = []
        return members.compactMap { seen.insert($0.name).inserted ? Key(stringValue: $0.name) : nil }
    }

    func contains(_ key: Key) -> Bool { place(of: key.stringValue) != nil }

    func decodeNil(forKey key: Key) throws -> Bool { try node(key) == .null }

    func decode(_ type: String.Type, forKey key: Key) throws -> String {
        if case .string(let text, _) = try node(key) { return text }
        return try decoder(key).decode(type)
    }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        let decoder = try decoder(key)
        if type == Secret.self, members.contains(where: { $0.name == key.stringValue && $0.value != decoder.node }) {
            throw AmbiguousSecret(path: decoder.codingPath)
        }
        return try decoder.decode(type)
    }

    func nestedContainer<NestedKey>(
        keyedBy type: NestedKey.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<NestedKey> {
        try decoder(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try decoder(key).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder {
        let key = AnyCodingKey(stringValue: "super")
        let node = place(of: key.stringValue).map { members[$0].value } ?? .null
        return JSONNodeDecoder(node, at: .step(key, path))
    }

    func superDecoder(forKey key: Key) throws -> any Decoder { try decoder(key) }

    private func decoder(_ key: Key) throws -> JSONNodeDecoder {
        JSONNodeDecoder(try node(key), at: .step(key, path))
    }

    private func node(_ key: Key) throws -> JSONNode {
        if let place = place(of: key.stringValue) { return members[place].value }
        throw DecodingError.keyNotFound(key, .init(codingPath: codingPath, debugDescription: "No such member."))
    }

    private func place(of name: String) -> Int? {
        places.map { $0[name] } ?? members.firstIndex { $0.name == name }
    }
}

/// The elements of an array.
private struct JSONElements: UnkeyedDecodingContainer {
    private let elements: [JSONNode]
    private let path: JSONNodeDecoder.Path
    private(set) var currentIndex = 0

    init(_ elements: [JSONNode], at path: JSONNodeDecoder.Path) {
        self.elements = elements
        self.path = path
    }

    var codingPath: [any CodingKey] { path.keys }
    var count: Int? { elements.count }
    var isAtEnd: Bool { currentIndex >= elements.count }

    mutating func decodeNil() throws -> Bool {
        let isNull = try decoder().node == .null
        if isNull { currentIndex += 1 }
        return isNull
    }

    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        let value = try decoder().decode(type)
        currentIndex += 1
        return value
    }

    mutating func nestedContainer<NestedKey>(
        keyedBy type: NestedKey.Type
    ) throws -> KeyedDecodingContainer<NestedKey> {
        defer { currentIndex += 1 }
        return try decoder().container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        defer { currentIndex += 1 }
        return try decoder().unkeyedContainer()
    }

    mutating func superDecoder() throws -> any Decoder {
        defer { currentIndex += 1 }
        return try decoder()
    }

    private func decoder() throws -> JSONNodeDecoder {
        let path = JSONNodeDecoder.Path.step(AnyCodingKey(intValue: currentIndex), path)
        guard !isAtEnd else {
            let context = DecodingError.Context(codingPath: path.keys, debugDescription: "No more elements.")
            throw DecodingError.valueNotFound(Any.self, context)
        }
        return JSONNodeDecoder(elements[currentIndex], at: path)
    }
}

/// An object that names a secret twice, with different values: nobody knows which one works.
struct AmbiguousSecret: ExplainedError {
    let path: [any CodingKey]
    var explanation: String { "\([LocationElement](path).path) stands twice, with different values" }
}

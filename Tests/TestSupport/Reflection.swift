/// Everything that a program can print of a value: its description, its debug description, what `dump` writes, and
/// every text that a walk to the bottom of its mirror meets.
package func everyText(of value: Any) -> String {
    var dumped = ""
    dump(value, to: &dumped)
    return ["\(value)", String(reflecting: value), dumped, walk(value, depth: 0)].joined(separator: "\n")
}

/// The texts of the leaves of a mirror.
private func walk(_ value: Any, depth: Int) -> String {
    guard depth < 50 else { return "" }
    let mirror = Mirror(reflecting: value)
    if mirror.children.isEmpty, mirror.superclassMirror == nil { return "\(value)" }
    var children = Array(mirror.children)
    var superclass = mirror.superclassMirror
    while let next = superclass {
        children += next.children
        superclass = next.superclassMirror
    }
    return children.map { "\($0.label ?? ""): \(walk($0.value, depth: depth + 1))" }.joined(separator: "\n")
}

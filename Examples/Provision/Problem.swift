/// What is wrong, in words that hold no secret and say what to do.
struct Problem: Error, CustomStringConvertible {
    let description: String
    /// Whether the command line is what is wrong, so that its usage helps.
    var isUsage = false

    init(_ description: String, isUsage: Bool = false) {
        self.description = description
        self.isUsage = isUsage
    }
}

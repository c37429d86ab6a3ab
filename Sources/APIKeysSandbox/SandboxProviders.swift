/// The providers of a sandbox. This list is the one place outside a provider's own folder that names it.
struct SandboxProviders: Sendable {
    let junction: Sandbox.Junction
    let baseten: Sandbox.Baseten
    let imtegrate: Sandbox.Imtegrate
    let nekuda: Sandbox.Nekuda

    init(seed: UInt64?, pageSize: Int?) {
        junction = Sandbox.Junction(seed: seed, pageSize: pageSize)
        baseten = Sandbox.Baseten(seed: seed)
        imtegrate = Sandbox.Imtegrate(seed: seed)
        nekuda = Sandbox.Nekuda(seed: seed)
    }

    /// All of them, in the order in which their calls are looked through if they share a host.
    var all: [any SandboxProvider] { [junction, baseten, imtegrate, nekuda] }
}

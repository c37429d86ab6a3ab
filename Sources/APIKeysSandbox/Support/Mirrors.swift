import APIKeys

extension LoopbackServer: Opaque {}
extension Sandbox: Opaque {}
extension Sandbox.Baseten: Opaque {}
extension Sandbox.Fault: Opaque {}
extension Sandbox.Imtegrate: Opaque {}
extension Sandbox.Junction: Opaque {}
extension Sandbox.Nekuda: Opaque {}

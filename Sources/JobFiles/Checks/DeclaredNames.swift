import Foundation

/// The names of all objects; a name counts as declared even where the rest of its document is wrong.
struct DeclaredNames {
    private var names: [Kind: Set<String>] = [:]

    /// Reports objects of one kind with one name, and objects of any kind with one id.
    init(_ identities: [Identity], _ context: ReadingContext) {
        var byName: [Kind: [String: Identity]] = [:]
        var byID: [UUID: Identity] = [:]
        let problems = context.problems
        for identity in identities {
            guard let name = identity.name else { continue }
            if let first = byName[identity.kind]?[name.value] {
                let place = problems.name(of: first.position)
                problems.error(
                    "a second \(identity.kind.rawValue) '\(name.value)', the first is at \(place)", at: name.position
                )
                continue
            }
            byName[identity.kind, default: [:]][name.value] = identity
            guard let id = identity.id else { continue }
            if let first = byID[id] {
                let owner = "\(first.kind.rawValue) '\(first.name?.value ?? "")'"
                let place = problems.name(of: first.position)
                problems.error(
                    "id \(id.uuidString.lowercased()) is that of \(owner) at \(place) already", at: identity.idPosition
                )
            } else {
                byID[id] = identity
            }
        }
        names = byName.mapValues { Set($0.keys) }
    }

    func contains(_ kind: Kind, _ name: String) -> Bool { names[kind]?.contains(name) ?? false }

    func all(_ kind: Kind) -> Set<String> { names[kind] ?? [] }
}

import TidegateModel

/// The identities that have a trait, in one environment.
struct TraitSets {
    private let connection: Connection
    private let environment: Int64

    init(in environment: DropOff.Environment, on connection: Connection) {
        self.connection = connection
        self.environment = environment.number
    }

    /// Empty where nobody ever had it.
    func identities(having trait: Int64) throws(ProfileError) -> ProfileSet {
        let statement = try connection.prepare(
            "SELECT identities FROM trait_identities WHERE environment = ?1 AND trait = ?2"
        )
        statement.bind(environment, at: 1)
        statement.bind(trait, at: 2)
        guard try statement.step() else { return ProfileSet() }
        guard let set = ProfileSet(serialized: statement.bytes(at: 0)) else {
            throw .rejected("profile store has a damaged set of ids for trait \(trait)")
        }
        return set
    }

    func set(_ identities: ProfileSet, having trait: Int64) throws(ProfileError) {
        let statement = try connection.prepare(
            identities.isEmpty
                ? "DELETE FROM trait_identities WHERE environment = ?1 AND trait = ?2"
                : "REPLACE INTO trait_identities (environment, trait, identities) VALUES (?1, ?2, ?3)"
        )
        statement.bind(environment, at: 1)
        statement.bind(trait, at: 2)
        if !identities.isEmpty { statement.bind(blob: identities.serialized(), at: 3) }
        try statement.run()
    }
}

import TidegateModel

/// Which profiles an id stands for, and which ids a profile has, in production.
///
/// A profile's own ids are its values of the attributes that data sources name, exact to the letter. From them it
/// reaches what links join: everything beside an own id, and what lies behind devices, at most four links away. Never
/// what lies behind another person's id, nor a person's id of a data source of which the profile has an own one: that
/// is another customer.
///
/// Stands on the connection's read transaction, and is used on its thread.
final class Reach {
    /// `dataSources` are the declared ones; the global ones are added.
    init(dataSources: [DataSource], schema: ProfileSchema, on connection: Connection) throws(ProfileError) {
    }

    /// The profiles that reach any of these identities.
    func profiles(having identities: ProfileSet) throws(ProfileError) -> ProfileSet {
        ProfileSet()
    }

    /// Lends each id of a data source that a profile reaches, in the order of their bytes, with its profiles in
    /// ascending order. Of a data source with an attribute the ids are the attribute's values too.
    func forEachID(
        of dpid: Int64,
        _ body: (_ id: UnsafeRawBufferPointer, _ profiles: UnsafeBufferPointer<UInt32>) throws(ProfileError) -> Void
    ) throws(ProfileError) {
    }

    /// The ids of a data source that a profile reaches: its own first, then those linked last.
    func ids(of profile: UInt32, in dpid: Int64) throws(ProfileError) -> [String] {
        []
    }
}

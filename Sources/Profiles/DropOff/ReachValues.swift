import GRDBSQLite
import TidegateModel

/// The profiles' own ids of one data source, in the order of their bytes; of keys, where asked for, those too that
/// removed profiles had, for which `keeps_key(id)` holds.
final class ReachValues {
    private let rows: Statement

    /// Nil where the data source has no attribute.
    init?(
        of source: DataSource, _ profile: ProfileExpressions, hasRemoved: Bool, on connection: Connection
    ) throws(ProfileError) {
        guard let name = source.attribute else { return nil }
        let attribute = try profile.attribute(named: name)
        let value = profile.idText(attribute)
        let keys = "UNION ALL SELECT key, id FROM removed_profile WHERE keeps_key(id)"
        rows = try connection.prepare(
            """
            SELECT \(value), p.id FROM profile AS p WHERE \(profile.hasValue(attribute))
            \(profile.isKey(attribute) && hasRemoved ? keys : "") ORDER BY 1
            """
        )
    }

    func next() throws(ProfileError) -> Bool { try rows.step() }

    /// Valid until the next one is asked for.
    var text: UnsafeRawBufferPointer { rows.bytes(at: 0) }
    var profile: UInt32 { UInt32(truncatingIfNeeded: rows.integer(at: 1)) }
}

/// The identities of one data source in production, in the order of their ids' bytes.
final class ReachIdentities {
    private let rows: Statement

    init(of source: DataSource, on connection: Connection) throws(ProfileError) {
        rows = try connection.prepare(
            "SELECT id, number FROM identity WHERE environment = 0 AND source = ? ORDER BY id"
        )
        rows.bind(source.dpid, at: 1)
    }

    func next() throws(ProfileError) -> Bool { try rows.step() }

    /// Valid until the next one is asked for.
    var text: UnsafeRawBufferPointer { rows.bytes(at: 0) }
    var number: UInt32 { UInt32(truncatingIfNeeded: rows.integer(at: 1)) }

    @inline(__always)
    func compare(with other: UnsafeRawBufferPointer) -> Int { IdentityBatch.order(text, other) }
}

extension ProfileExpressions {
    /// An attribute's value as an id: whole numbers in digits.
    func idText(_ attribute: Attribute) -> String {
        attribute.type == .text ? expression(attribute) : "CAST(\(expression(attribute)) AS TEXT)"
    }
}

import GRDBSQLite
import TidegateModel

/// The ids that profiles have in an attribute, in the order of their bytes, each with all profiles that have it.
///
/// The statements call `selected(id)` and `known(id)`, see `Connection.define`, and `written(value, form)`.
struct AttributeIdentities {
    private let connection: Connection
    private let attribute: Attribute
    private let isKey: Bool
    private let value: String
    private let areAllSelected: Bool

    /// - Parameter areAllSelected: whether everyone who is known is selected too.
    init(
        _ name: String, areAllSelected: Bool, schema: ProfileSchema, on connection: Connection
    ) throws(ProfileError) {
        let profile = try ProfileExpressions(schema, on: connection)
        attribute = try profile.attribute(named: name)
        isKey = name == schema.key
        let form = ExportColumn.form(of: attribute.type)
        let stored = profile.expression(attribute)
        value = form == .text ? stored : "written(\(stored), \(form.rawValue))"
        self.connection = connection
        self.areAllSelected = areAllSelected
    }

    /// Lends every id of a selected profile once; profiles without a value are not among those of any id.
    ///
    /// Where the attribute is the key, those who were removed are lent too, under the key that they had.
    func forEach(_ visit: (IdentityGroup) throws(ProfileError) -> Void) throws(ProfileError) {
        let statement = try connection.prepare(isKey ? keys : values)
        let group = IdentityGroup()
        while try statement.step() {
            let count = Int(sqlite3_column_bytes(statement.handle, 0))
            guard count > 0 else { continue }
            let id = UnsafeRawBufferPointer(start: sqlite3_column_blob(statement.handle, 0), count: count)
            if !group.id.elementsEqual(id) {
                if !group.id.isEmpty { try visit(group) }
                group.begin(id)
            }
            let profile = UInt32(truncatingIfNeeded: sqlite3_column_int64(statement.handle, 1))
            group.add(profile, isRemoved: sqlite3_column_int(statement.handle, 2) != 0)
        }
        if !group.id.isEmpty { try visit(group) }
    }

    private var keys: String {
        """
        SELECT key, id, 0 FROM profile WHERE selected(id)
        UNION ALL
        SELECT key, id, 1 FROM removed_profile WHERE known(id)
        ORDER BY 1
        """
    }

    /// Also who has nothing to tell by itself and shares the id of somebody who has.
    private var values: String {
        let sharing =
            areAllSelected
            ? "" : "AND identity IN (SELECT \(value) FROM profile AS p WHERE selected(p.id))"
        return """
            SELECT \(value) AS identity, p.id, 0 FROM profile AS p
            WHERE known(p.id) AND identity IS NOT NULL \(sharing)
            ORDER BY 1
            """
    }
}

/// An id and the profiles that it stands for; filled and emptied over and over.
final class IdentityGroup {
    private var bytes = ByteBuffer(capacity: 256)
    /// In the store.
    private(set) var stored: [UInt32] = []
    /// Removed from the store.
    private(set) var removed: [UInt32] = []

    /// Valid until the next `begin`.
    var id: UnsafeRawBufferPointer { bytes.bytes }

    func begin(_ id: UnsafeRawBufferPointer) {
        bytes.removeAll()
        if let start = id.bindMemory(to: UInt8.self).baseAddress { bytes.append(start, count: id.count) }
        stored.removeAll(keepingCapacity: true)
        removed.removeAll(keepingCapacity: true)
    }

    func add(_ profile: UInt32, isRemoved: Bool = false) {
        if isRemoved { removed.append(profile) } else { stored.append(profile) }
    }
}

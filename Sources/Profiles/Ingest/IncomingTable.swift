import GRDBSQLite
import TidegateModel

/// Shows new profiles to SQLite as a table named `incoming`, so that one statement writes them all.
///
/// One statement for all rows keeps its place in the tree of profiles, where one statement per row would search it
/// from the root each time: that halves the time of an ingest.
enum IncomingTable {
    /// Runs `sql`, which reads all columns of `incoming`: those of `places`, in their order.
    static func run(
        _ sql: String,
        reading incoming: IncomingProfiles,
        on connection: Connection
    ) throws(ProfileError) {
        let pointer = Unmanaged.passUnretained(incoming).toOpaque()
        guard sqlite3_create_module_v2(connection.handle, "incoming", module, pointer, nil) == SQLITE_OK else {
            throw connection.failure()
        }
        defer {
            withExtendedLifetime(incoming) {
                _ = sqlite3_create_module_v2(connection.handle, "incoming", nil, nil, nil)
            }
        }
        do throws(ProfileError) {
            try connection.execute(sql)
        } catch {
            throw incoming.failure ?? error
        }
    }

    // SQLite casts these to their first member.
    private struct Table {
        var base = sqlite3_vtab()
        var incoming: UnsafeMutableRawPointer?
    }

    private struct Cursor {
        var base = sqlite3_vtab_cursor()
        var incoming: Unmanaged<IncomingProfiles>
        // Beside the reference, because they are asked for every value.
        var cells: UnsafeMutablePointer<FieldCell>
        var places: UnsafeMutablePointer<Int>
        var isAtEnd = false
    }

    /// Written once, then only read.
    nonisolated(unsafe) private static let module: UnsafeMutablePointer<sqlite3_module> = {
        let module = UnsafeMutablePointer<sqlite3_module>.allocate(capacity: 1)
        module.initialize(to: sqlite3_module())
        module.pointee.iVersion = 1
        module.pointee.xConnect = connect
        module.pointee.xBestIndex = { _, _ in SQLITE_OK }
        module.pointee.xDisconnect = { table in
            table.map { UnsafeMutableRawPointer($0).deallocate() }
            return SQLITE_OK
        }
        module.pointee.xOpen = open
        module.pointee.xClose = { cursor in
            cursor.map { UnsafeMutableRawPointer($0).deallocate() }
            return SQLITE_OK
        }
        module.pointee.xFilter = { cursor, _, _, _, _ in advance(cursor) }
        module.pointee.xNext = { cursor in advance(cursor) }
        module.pointee.xEof = { cursor in at(cursor)?.pointee.isAtEnd == false ? 0 : 1 }
        module.pointee.xColumn = column
        module.pointee.xRowid = { _, row in
            row?.pointee = 0
            return SQLITE_OK
        }
        return module
    }()

    private static func at(_ cursor: UnsafeMutablePointer<sqlite3_vtab_cursor>?) -> UnsafeMutablePointer<Cursor>? {
        cursor.map { UnsafeMutableRawPointer($0).assumingMemoryBound(to: Cursor.self) }
    }

    private static let connect:
        @convention(c) (
            OpaquePointer?, UnsafeMutableRawPointer?, Int32, UnsafePointer<UnsafePointer<CChar>?>?,
            UnsafeMutablePointer<UnsafeMutablePointer<sqlite3_vtab>?>?,
            UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
        ) -> Int32 = { database, incoming, _, _, result, _ in
            guard let incoming else { return SQLITE_MISUSE }
            let count = Unmanaged<IncomingProfiles>.fromOpaque(incoming).takeUnretainedValue().places.count
            let names = (0..<count).map { "c\($0)" }.joined(separator: ", ")
            let code = sqlite3_declare_vtab(database, "CREATE TABLE incoming (\(names))")
            guard code == SQLITE_OK else { return code }
            let table = UnsafeMutablePointer<Table>.allocate(capacity: 1)
            table.initialize(to: Table(incoming: incoming))
            result?.pointee = UnsafeMutableRawPointer(table).assumingMemoryBound(to: sqlite3_vtab.self)
            return SQLITE_OK
        }

    private static let open:
        @convention(c) (
            UnsafeMutablePointer<sqlite3_vtab>?, UnsafeMutablePointer<UnsafeMutablePointer<sqlite3_vtab_cursor>?>?
        ) -> Int32 = { table, result in
            guard let table,
                let pointer = UnsafeMutableRawPointer(table).assumingMemoryBound(to: Table.self).pointee.incoming
            else { return SQLITE_MISUSE }
            let incoming = Unmanaged<IncomingProfiles>.fromOpaque(pointer)
            guard let cells = incoming.takeUnretainedValue().cells.baseAddress,
                let places = incoming.takeUnretainedValue().places.baseAddress
            else { return SQLITE_MISUSE }
            let cursor = UnsafeMutablePointer<Cursor>.allocate(capacity: 1)
            cursor.initialize(to: Cursor(incoming: incoming, cells: cells, places: places))
            result?.pointee = UnsafeMutableRawPointer(cursor).assumingMemoryBound(to: sqlite3_vtab_cursor.self)
            return SQLITE_OK
        }

    private static func advance(_ cursor: UnsafeMutablePointer<sqlite3_vtab_cursor>?) -> Int32 {
        guard let cursor = at(cursor) else { return SQLITE_MISUSE }
        return cursor.pointee.incoming._withUnsafeGuaranteedRef { incoming in
            cursor.pointee.isAtEnd = !incoming.next()
            return incoming.failure == nil ? SQLITE_OK : SQLITE_ERROR
        }
    }

    private static let column:
        @convention(c) (UnsafeMutablePointer<sqlite3_vtab_cursor>?, OpaquePointer?, Int32) -> Int32 = {
            cursor,
            result,
            index in
            guard let cursor = at(cursor), let result else { return SQLITE_MISUSE }
            let place = cursor.pointee.places[Int(index)]
            guard place >= 0 else { return SQLITE_OK }
            let cell = cursor.pointee.cells + place
            switch cell.pointee.kind {
            case .absent, .null: break
            case .integer: sqlite3_result_int64(result, cell.pointee.bits)
            case .real: sqlite3_result_double(result, cell.pointee.realValue)
            case .text:
                let text = UnsafeRawPointer(cell.pointee.text)?.assumingMemoryBound(to: CChar.self)
                // SQLITE_STATIC: SQLite has put the row into a page before it asks for the next one.
                sqlite3_result_text(result, text, Int32(truncatingIfNeeded: cell.pointee.count), nil)
            }
            return SQLITE_OK
        }
}

import GRDBSQLite
import TidegateModel

/// Shows the rows that must be written to SQLite as a table named `incoming`, so that one statement writes them all.
///
/// One statement for all rows keeps its place in the tree of profiles, where one statement per row would search it
/// from the root each time: that halves the time of an ingest.
enum IncomingTable {
    /// What the columns of `incoming` are, in their order.
    enum Column {
        case key, id, updatedAt
        /// A cell, or the present value of a column where the row does not have it.
        case cell(Int, existing: Int)
        /// A column that the schema does not have any more.
        case kept(existing: Int)
    }

    /// What the callbacks work on; lives as long as the statement runs.
    final class Content {
        let changed: ChangedProfiles
        let columns: [Column]
        let updatedAt: Int64

        init(_ changed: ChangedProfiles, columns: [Column], updatedAt: Instant) {
            self.changed = changed
            self.columns = columns
            self.updatedAt = updatedAt.milliseconds
        }
    }

    /// Runs `sql`, which reads from `incoming`.
    static func run(_ sql: String, with content: Content, on connection: Connection) throws(ProfileError) {
        let pointer = Unmanaged.passUnretained(content).toOpaque()
        guard sqlite3_create_module_v2(connection.handle, "incoming", module, pointer, nil) == SQLITE_OK else {
            throw connection.failure()
        }
        defer {
            withExtendedLifetime(content) { _ = sqlite3_create_module_v2(connection.handle, "incoming", nil, nil, nil) }
        }
        do throws(ProfileError) {
            try connection.execute(sql)
        } catch {
            throw content.changed.failure ?? error
        }
    }

    // SQLite casts these to their first member.
    private struct Table {
        var base = sqlite3_vtab()
        var content: UnsafeMutableRawPointer?
    }

    private struct Cursor {
        var base = sqlite3_vtab_cursor()
        var content: Unmanaged<Content>
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
            UnsafeMutablePointer<UnsafeMutablePointer<sqlite3_vtab>?>?, UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
        ) -> Int32 = { database, content, _, _, result, _ in
            guard let content else { return SQLITE_MISUSE }
            let count = Unmanaged<Content>.fromOpaque(content).takeUnretainedValue().columns.count
            let names = (0..<count).map { "c\($0)" }.joined(separator: ", ")
            let code = sqlite3_declare_vtab(database, "CREATE TABLE incoming (\(names))")
            guard code == SQLITE_OK else { return code }
            let table = UnsafeMutablePointer<Table>.allocate(capacity: 1)
            table.initialize(to: Table(content: content))
            result?.pointee = UnsafeMutableRawPointer(table).assumingMemoryBound(to: sqlite3_vtab.self)
            return SQLITE_OK
        }

    private static let open:
        @convention(c) (
            UnsafeMutablePointer<sqlite3_vtab>?, UnsafeMutablePointer<UnsafeMutablePointer<sqlite3_vtab_cursor>?>?
        ) -> Int32 = { table, result in
            guard let table, let content = UnsafeMutableRawPointer(table).assumingMemoryBound(to: Table.self).pointee.content
            else { return SQLITE_MISUSE }
            let cursor = UnsafeMutablePointer<Cursor>.allocate(capacity: 1)
            cursor.initialize(to: Cursor(content: .fromOpaque(content)))
            result?.pointee = UnsafeMutableRawPointer(cursor).assumingMemoryBound(to: sqlite3_vtab_cursor.self)
            return SQLITE_OK
        }

    private static func advance(_ cursor: UnsafeMutablePointer<sqlite3_vtab_cursor>?) -> Int32 {
        guard let cursor = at(cursor) else { return SQLITE_MISUSE }
        return cursor.pointee.content._withUnsafeGuaranteedRef { content in
            cursor.pointee.isAtEnd = !content.changed.next()
            return content.changed.failure == nil ? SQLITE_OK : SQLITE_ERROR
        }
    }

    private static let column:
        @convention(c) (UnsafeMutablePointer<sqlite3_vtab_cursor>?, OpaquePointer?, Int32) -> Int32 = {
            cursor, result, index in
            guard let cursor = at(cursor), let result else { return SQLITE_MISUSE }
            cursor.pointee.content._withUnsafeGuaranteedRef { content in
                answer(content, content.columns[Int(index)], to: result)
            }
            return SQLITE_OK
        }

    @inline(__always)
    private static func answer(_ content: Content, _ column: Column, to result: OpaquePointer) {
        switch column {
        case .key: answer(content.changed.cells[0], to: result)
        case .id: sqlite3_result_int64(result, Int64(content.changed.id))
        case .updatedAt: sqlite3_result_int64(result, content.updatedAt)
        case .cell(let index, let existing):
            let cell = content.changed.cells[index]
            if cell.kind == .absent {
                answer(content.changed.existingValue(existing), to: result)
            } else {
                answer(cell, to: result)
            }
        case .kept(let existing): answer(content.changed.existingValue(existing), to: result)
        }
    }

    @inline(__always)
    private static func answer(_ cell: Cell, to result: OpaquePointer) {
        switch cell.kind {
        case .absent, .null: return
        case .integer: sqlite3_result_int64(result, cell.bits)
        case .real: sqlite3_result_double(result, cell.realValue)
        case .text:
            // SQLITE_STATIC: SQLite has put the row into a page before it asks for the next one.
            cell.text?.withMemoryRebound(to: CChar.self, capacity: cell.count) {
                sqlite3_result_text(result, $0, Int32(truncatingIfNeeded: cell.count), nil)
            }
        }
    }

    private static func answer(_ value: OpaquePointer?, to result: OpaquePointer) {
        if let value { sqlite3_result_value(result, value) }
    }
}

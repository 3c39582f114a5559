import GRDBSQLite
import TidegateModel

/// Finds the numbers of ids in one environment, and gives new ones, inside the connection's write transaction.
final class Identities {
    let connection: Connection
    let environment: DropOff.Environment
    private let lookup: Statement
    private let insertion: Statement
    /// The number that the next new id gets.
    private(set) var next: Int64
    /// How many ids got their number here.
    private(set) var added = 0

    /// Numbers fit into 32 bits, as bitmaps have them.
    private static let greatest = Int64(UInt32.max)
    /// Where the next id is at most so many rows ahead, going there row by row is quicker than looking it up.
    private static let nearby = 6

    init(in environment: DropOff.Environment, on connection: Connection) throws(ProfileError) {
        self.connection = connection
        self.environment = environment
        lookup = try connection.prepare(
            "SELECT id, number FROM identity WHERE environment = ?1 AND source = ?2 AND id >= ?3 ORDER BY id"
        )
        insertion = try connection.prepare(
            "INSERT INTO identity (number, environment, source, id) VALUES (?1, ?2, ?3, ?4)"
        )
        lookup.bind(environment.number, at: 1)
        insertion.bind(environment.number, at: 2)
        let counter = try connection.prepare("SELECT value FROM counter WHERE name = 'next_identity'")
        guard try counter.step() else { throw .rejected("profile store has lost its counter of ids") }
        next = counter.integer(at: 0)
    }

    /// One number per id of the batch, in its order; 0 for one that is not known. `adding` makes every id known.
    ///
    /// Quickest where the batch is ascending: what is next to each other is then read and written together.
    func numbers(of ids: IdentityBatch, source: Int64, adding: Bool) throws(ProfileError) -> [UInt32] {
        let order = ids.ascending()
        var numbers = [UInt32](repeating: 0, count: ids.count)
        try find(ids, order, source, &numbers)
        if adding { try add(ids, order, source, &numbers) }
        return numbers
    }

    /// To be called before the transaction ends.
    func finish() throws(ProfileError) {
        guard added > 0 else { return }
        let statement = try connection.prepare("UPDATE counter SET value = ?1 WHERE name = 'next_identity'")
        statement.bind(next, at: 1)
        try statement.run()
    }

    private func find(
        _ ids: IdentityBatch, _ order: [Int], _ source: Int64, _ numbers: inout [UInt32]
    ) throws(ProfileError) {
        defer { lookup.reset() }
        lookup.bind(source, at: 2)
        var isOnRow = false
        for index in order {
            let id = ids[index]
            var steps = 0
            var distance = isOnRow ? IdentityBatch.order(lookup.bytes(at: 0), id) : -1
            while distance < 0 {
                if !isOnRow || steps == Self.nearby {
                    lookup.reset()
                    lookup.bind(lentText: id, at: 3)
                    steps = 0
                }
                isOnRow = try lookup.step()
                // Nothing at or behind this id: nothing for the greater ones either.
                guard isOnRow else { return }
                steps += 1
                distance = IdentityBatch.order(lookup.bytes(at: 0), id)
            }
            if distance == 0 { numbers[index] = UInt32(truncatingIfNeeded: lookup.integer(at: 1)) }
        }
    }

    private func add(
        _ ids: IdentityBatch, _ order: [Int], _ source: Int64, _ numbers: inout [UInt32]
    ) throws(ProfileError) {
        insertion.bind(source, at: 3)
        var last: Int?
        for index in order where numbers[index] == 0 {
            if let last, IdentityBatch.order(ids[last], ids[index]) == 0 {
                numbers[index] = numbers[last]
                continue
            }
            guard next <= Self.greatest else { throw .rejected("profile store has no number left for another id") }
            insertion.bind(next, at: 1)
            insertion.bind(lentText: ids[index], at: 4)
            try insertion.run()
            numbers[index] = UInt32(truncatingIfNeeded: next)
            next += 1
            added += 1
            last = index
        }
    }
}

extension DropOff.Environment {
    /// As the tables have it.
    var number: Int64 {
        switch self {
        case .production: 0
        case .beta: 1
        }
    }
}

extension Statement {
    /// The bytes stay where they are until another value is bound or the statement is reset.
    borrowing func bind(lentText value: UnsafeRawBufferPointer, at index: Int32) {
        let text = value.baseAddress?.assumingMemoryBound(to: CChar.self)
        sqlite3_bind_text(handle, index, text, Int32(value.count), nil)
    }

    borrowing func reset() {
        sqlite3_reset(handle)
    }
}

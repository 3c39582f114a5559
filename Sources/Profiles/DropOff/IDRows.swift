import AudienceManager
import TidegateModel

/// Rows of an ID synchronisation file that are linked together: the ids of each data source, and which row has which.
final class IDRows {
    private struct Link {
        var master: Int32
        var other: Int32
        /// The place of the other id's data source in the name.
        var column: Int32
    }

    private let dpids: [Int64]
    private let ids: [IdentityBatch]
    private var links: [Link] = []

    init(_ name: IDFileName) {
        dpids = name.dpids
        ids = name.dpids.map { _ in IdentityBatch() }
    }

    var isEmpty: Bool { ids[0].isEmpty }
    var byteCount: Int { ids.reduce(0) { $0 + $1.byteCount } }
    var idCount: Int { ids.reduce(0) { $0 + $1.count } }

    func append(_ line: UnsafeRawBufferPointer, _ columns: [Range<Int>]) {
        for (index, range) in columns.enumerated() {
            // Behind the last data source come further ids of it.
            let column = min(index, ids.count - 1)
            ids[column].append(UnsafeRawBufferPointer(rebasing: line[range]))
            guard index > 0 else { continue }
            let (master, other) = (Int32(ids[0].count - 1), Int32(ids[column].count - 1))
            links.append(Link(master: master, other: other, column: Int32(column)))
        }
    }

    /// Gives every id its number, links the rows in their order, and forgets them.
    func store(_ identities: Identities, _ writer: LinkWriter) throws(ProfileError) {
        let firstNew = identities.next
        var numbers: [[UInt32]] = []
        for (dpid, ids) in zip(dpids, ids) {
            numbers.append(try identities.numbers(of: ids, source: dpid, adding: true))
        }
        let new = links.map { link in
            NewLink(
                master: numbers[0][Int(link.master)],
                other: numbers[Int(link.column)][Int(link.other)],
                kind: Int(link.column) - 1
            )
        }
        try writer.link(new, new: UInt32(clamping: firstNew)..<UInt32(clamping: identities.next))
        for ids in ids { ids.removeAll() }
        links.removeAll(keepingCapacity: true)
    }
}

import CRoaring
import Foundation

/// A set of profile ids as plain bits: an eighth of a byte per id ever given, and a mark or a look costs two loads.
///
/// For the length of one scan, whose rows come in no order of ids; `ProfileSet` is what is kept.
package final class ProfileMarks {
    /// 65,536 pages of 65,536 bits; a page that nothing was put in is nil.
    typealias Pages = UnsafeMutablePointer<UnsafeMutablePointer<UInt64>?>

    let pages: Pages
    package private(set) var count = 0
    private static let wordsPerPage = 1024

    /// One more than the last page there is.
    private var end = 0

    package init() {
        // Zeroed memory is a table of nils that takes no room until it is written.
        guard let zeroed = calloc(1 << 16, MemoryLayout<UnsafeMutablePointer<UInt64>?>.stride) else {
            fatalError("no memory for marks")
        }
        pages = zeroed.bindMemory(to: UnsafeMutablePointer<UInt64>?.self, capacity: 1 << 16)
    }

    convenience init(_ set: ProfileSet) {
        self.init()
        set.forEachRun { ids in
            for id in ids { insert(id) }
        }
    }

    deinit {
        for index in 0..<end { pages[index]?.deallocate() }
        free(pages)
    }

    /// Adds an id that is not in the set yet; `count` is wrong after a second time.
    @inline(__always)
    package func insert(_ id: UInt32) {
        let page = pages[Int(id >> 16)] ?? made(page: Int(id >> 16))
        page[Int(id >> 6 & 1023)] |= 1 << UInt64(id & 63)
        count += 1
    }

    @inline(__always)
    package func contains(_ id: UInt32) -> Bool {
        Self.contains(id, in: pages)
    }

    @inline(__always)
    static func contains(_ id: UInt32, in pages: Pages) -> Bool {
        guard let page = pages[Int(id >> 16)] else { return false }
        return page[Int(id >> 6 & 1023)] >> UInt64(id & 63) & 1 == 1
    }

    /// The same ids as a bitmap.
    func set() -> ProfileSet {
        let set = ProfileSet()
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 1 << 16) { ids in
            for high in 0..<end {
                guard let page = pages[high] else { continue }
                let found = Self.ids(in: page, high: UInt32(high), into: ids)
                set.insert(UnsafeBufferPointer(rebasing: ids[..<found]))
            }
        }
        return set
    }

    private static func ids(
        in page: UnsafeMutablePointer<UInt64>,
        high: UInt32,
        into ids: UnsafeMutableBufferPointer<UInt32>
    ) -> Int {
        var found = 0
        for index in 0..<wordsPerPage {
            var word = page[index]
            while word != 0 {
                ids[found] = high << 16 | UInt32(index) << 6 | UInt32(word.trailingZeroBitCount)
                found += 1
                word &= word - 1
            }
        }
        return found
    }

    @inline(never)
    private func made(page index: Int) -> UnsafeMutablePointer<UInt64> {
        let page = UnsafeMutablePointer<UInt64>.allocate(capacity: Self.wordsPerPage)
        page.initialize(repeating: 0, count: Self.wordsPerPage)
        pages[index] = page
        end = max(end, index + 1)
        return page
    }
}

/// A row as one piece of memory, as the sorter keeps it.
///
/// `total: UInt32, keyCount: UInt32, key`, then for each other cell its kind, and where that has one the value:
/// 8 bytes, or `count: UInt32` and the text.
enum RowRecord {
    static let header = 8

    static func size(of cells: Cells) -> Int {
        var size = header + cells[0].count
        for index in 1..<cells.count {
            switch cells[index].kind {
            case .absent, .null: size += 1
            case .integer, .real: size += 9
            case .text: size += 5 + cells[index].count
            }
        }
        return size
    }

    static func write(_ cells: Cells, size: Int, to target: UnsafeMutableRawPointer) {
        target.storeBytes(of: UInt32(size), as: UInt32.self)
        target.storeBytes(of: UInt32(cells[0].count), toByteOffset: 4, as: UInt32.self)
        var at = target + header
        copy(cells[0], to: &at)
        for index in 1..<cells.count {
            let cell = cells[index]
            at.storeBytes(of: cell.kind.rawValue, as: UInt8.self)
            at += 1
            switch cell.kind {
            case .absent, .null: break
            case .integer, .real:
                at.storeBytes(of: cell.bits, as: Int64.self)
                at += 8
            case .text:
                at.storeBytes(of: UInt32(cell.count), as: UInt32.self)
                at += 4
                copy(cell, to: &at)
            }
        }
    }

    private static func copy(_ cell: FieldCell, to at: inout UnsafeMutableRawPointer) {
        guard let text = cell.text else { return }
        at.copyMemory(from: text, byteCount: cell.count)
        at += cell.count
    }

    static func total(_ record: UnsafeRawPointer) -> Int { Int(record.loadUnaligned(as: UInt32.self)) }

    static func key(_ record: UnsafeRawPointer) -> (start: UnsafePointer<UInt8>, count: Int) {
        let count = Int(record.loadUnaligned(fromByteOffset: 4, as: UInt32.self))
        return ((record + header).assumingMemoryBound(to: UInt8.self), count)
    }

    /// Points `cells` into the record. Where `overlaid`, cells that the record does not have stay as they are.
    static func read(_ record: UnsafeRawPointer, into cells: Cells, overlaid: Bool = false) {
        let key = key(record)
        cells[0] = .text(key.start, key.count)
        var at = record + header + key.count
        for index in 1..<cells.count {
            let kind = FieldCell.Kind(rawValue: at.load(as: UInt8.self)) ?? .absent
            at += 1
            switch kind {
            case .absent: if !overlaid { cells[index] = .absent }
            case .null: cells[index] = .null
            case .integer, .real:
                cells[index] = FieldCell(kind: kind, bits: at.loadUnaligned(as: Int64.self), text: nil, count: 0)
                at += 8
            case .text:
                let count = Int(at.loadUnaligned(as: UInt32.self))
                at += 4
                cells[index] = .text(at.assumingMemoryBound(to: UInt8.self), count)
                at += count
            }
        }
    }
}

import AudienceManager
import TidegateModel

/// Sorts the rows of an ID synchronisation file into those that are stored and those that are rejected.
struct IDRowReading {
    let batch: IDRows
    private(set) var counts = IDCounts()
    private(set) var warnings: [String: Int] = [:]
    private(set) var samples = RowSamples()
    private let parser: IDLineParser
    private let sources: [DataSource]
    /// How many columns, from the first, may hold what is personal; hashed addresses cannot.
    private let readable: Int

    init(_ name: IDFileName, _ sources: [DataSource]) {
        batch = IDRows(name)
        parser = IDLineParser(name)
        self.sources = sources
        readable = name.relation == .customer ? 1 : sources.count
    }

    mutating func read(_ line: UnsafeRawBufferPointer, isTooLong: Bool, number: Int64) {
        counts.recordsReceived += 1
        if let fault = isTooLong ? .lineTooLong : fault(of: line) {
            counts.rejected[fault.rawValue, default: 0] += 1
            samples.add(fault, number)
            return
        }
        counts.storedRecords += 1
        warn(line)
        batch.append(line, parser.columns)
    }

    private func fault(of line: UnsafeRawBufferPointer) -> RowFault? {
        if let fault = parser.parse(line) { return fault }
        for (index, range) in parser.columns.enumerated() {
            let source = sources[min(index, sources.count - 1)]
            if let fault = source.fault(of: UnsafeRawBufferPointer(rebasing: line[range])) { return fault }
        }
        return nil
    }

    private mutating func warn(_ line: UnsafeRawBufferPointer) {
        for range in parser.columns.prefix(readable) {
            guard let kind = PersonalData.kind(of: UnsafeRawBufferPointer(rebasing: line[range])) else { continue }
            warnings[kind, default: 0] += 1
        }
    }
}

import AudienceManager
import Testing

/// The parsers against slow and obvious ones, on rows that are made up.
@Suite struct RowPropertyTests {
    @Test(arguments: 1...8) func `data rows say what the obvious parser reads in them`(_ seed: UInt64) {
        var rows = RowGenerator(seed: seed)
        let parser = DataLineParser()
        var readable = 0
        for _ in 0..<500 {
            for row in [rows.dataRow(), rows.goodDataRow(), rows.soup()] {
                let complaint = Agreement.complaint(aboutDataRow: row, parser)
                #expect(complaint == nil)
                if case .data = SlowRows.data(row) { readable += 1 }
            }
        }
        // Else only faults are compared.
        #expect(readable > 500)
    }

    @Test(arguments: 1...4) func `id rows say what the obvious parser reads in them`(_ seed: UInt64) {
        var rows = RowGenerator(seed: seed &+ 100)
        var readable = 0
        for _ in 0..<1000 {
            for row in [rows.idRow(), rows.soup()] {
                let complaint = Agreement.complaint(aboutIDRow: row)
                #expect(complaint == nil)
                if case .ids = SlowRows.ids(row, columns: 2...11) { readable += 1 }
            }
        }
        #expect(readable > 150)
    }

    @Test(arguments: 1...4) func `names say what the grammar says`(_ seed: UInt64) {
        var names = RowGenerator(seed: seed &+ 200)
        var readable = 0
        for _ in 0..<1000 {
            let name = names.name(InboundNames.all)
            let complaint = Agreement.complaint(aboutName: name)
            #expect(complaint == nil)
            if SlowNames.read(name, .lenient) != nil { readable += 1 }
        }
        #expect(readable > 150)
    }

    @Test func `long rows are read like short ones`() {
        let parser = DataLineParser()
        let list = String(repeating: "k=\"a, b\",d_sid=5,,7,", count: 500)
        let complaint = Agreement.complaint(aboutDataRow: Array("x\t\(list)".utf8), parser)
        #expect(complaint == nil)
        #expect(parser.tokens.count == 1500)
    }
}

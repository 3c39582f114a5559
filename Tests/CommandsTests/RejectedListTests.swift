import Testing
import TidegateModel

@testable import Commands

@Suite struct RejectedListTests {
    private func list(_ profiles: [RejectedProfile], personal: Bool = false) -> RejectedList {
        let schema = ProfileSchema(key: "id", attributes: [Attribute("id", .text, personal: personal)])
        return RejectedList(profiles, schema: schema)
    }

    private let bad = RejectedProfile(key: "c-17", code: "invalid-email", message: "email is invalid", batch: 3)

    @Test func `rejected profiles are CSV with a header, one line each`() {
        #expect(list([bad]).csv == "key,reason,message\nc-17,invalid-email,email is invalid\n")
        #expect(list([]).csv == "key,reason,message\n")
    }

    @Test func `a personal key is masked, in CSV and JSON`() {
        let list = list([bad], personal: true)
        #expect(list.csv == "key,reason,message\nc…,invalid-email,email is invalid\n")
        #expect(list.documents.map(\.key) == ["c…"])
    }

    @Test func `a key of one character is not shown by its mask`() {
        #expect(RejectedList.masked("a") == "…")
        #expect(RejectedList.masked("") == "…")
        #expect(RejectedList.masked("anna@example.com") == "a…")
    }

    @Test func `a key of which nothing is known counts as personal`() {
        #expect(RejectedList([bad], schema: nil).documents.map(\.key) == ["c…"])
        let other = ProfileSchema(key: "id", attributes: [])
        #expect(RejectedList([bad], schema: other).documents.map(\.key) == ["c…"])
    }

    @Test(arguments: [
        ("=1+1", "'=1+1"), ("+46 70", "'+46 70"), ("-1", "'-1"), ("@sum", "'@sum"), ("\t=1", "'\t=1"),
        ("\r=1", "\"'\r=1\""), ("=a,b", "\"'=a,b\""), ("=\u{301}1", "'=\u{301}1"), ("a=1", "a=1"), ("", ""),
    ])
    func `a cell that a spreadsheet takes for a formula gets an apostrophe in front`(cell: (String, String)) {
        #expect(RejectedList.cell(cell.0) == cell.1)
    }

    @Test(arguments: [
        ("a,b", "\"a,b\""), ("say \"hi\"", "\"say \"\"hi\"\"\""), ("a\r\nb", "\"a\r\nb\""), ("a;b", "a;b"),
    ])
    func `a cell with a comma, a quote or a line break is quoted`(cell: (String, String)) {
        #expect(RejectedList.cell(cell.0) == cell.1)
    }
}

import Testing
import TidegateModel

@testable import Destinations

@Suite struct AutopilotEncoderTests {
    @Test func `fields stand beside each other, custom ones in custom, each as its type`() throws {
        let contact = try encoded([
            ("string--Test--Field", .text, "a \"b\""), ("Email", .text, "ann@example.com"),
            ("integer--Visits", .integer, "12"), ("FirstName", .text, "Änn"), ("float--Spent", .real, "-1.5"),
            ("boolean--VIP", .boolean, "true"), ("date--Born", .date, "2001-01-31"),
            ("date--Seen", .timestamp, "2026-01-31T02:00:00Z"), ("unsubscribed", .boolean, "false"),
        ])
        #expect(
            contact == """
                {"Email":"ann@example.com","FirstName":"Änn","unsubscribed":false,"custom":{\
                "string--Test--Field":"a \\"b\\"","integer--Visits":12,"float--Spent":-1.5,"boolean--VIP":true,\
                "date--Born":"2001-01-31","date--Seen":"2026-01-31T02:00:00Z"}}
                """
        )
    }

    @Test func `a number in a field of text is a text`() throws {
        let contact = try encoded([("Email", .text, "a@b.c"), ("NumberOfEmployees", .integer, "40")])
        #expect(contact == #"{"Email":"a@b.c","NumberOfEmployees":"40"}"#)
    }

    @Test func `what a profile does not have is left out, so that the contact keeps it`() throws {
        let contact = try encoded([
            ("Email", .text, "a@b.c"), ("Phone", .text, nil), ("Fax", .text, ""), ("integer--Visits", .integer, nil),
        ])
        #expect(contact == #"{"Email":"a@b.c"}"#)
    }

    @Test(arguments: [
        ("Ann@Example.COM", "ann@example.com"), ("  ann@example.com\t", "ann@example.com"),
        ("\u{A0}Änn@Example.com\u{2003}", "änn@example.com"), ("\u{200B}ann@example.com\u{FEFF}", "ann@example.com"),
        ("o'neil+news@example.com", "o'neil+news@example.com"),
    ])
    func `an address is trimmed and in lower case, in the body and as identity`(_ raw: String, _ identity: String)
        throws
    {
        var contact = EncodedContact()
        #expect(try encode([("Email", .text, raw)], into: &contact) == .contact)
        #expect(String(decoding: contact.identity, as: UTF8.self) == identity)
        #expect(String(decoding: contact.body, as: UTF8.self) == #"{"Email":"\#(identity)"}"#)
    }

    @Test(arguments: [nil, "", "  ", "\u{A0}\u{200B}"])
    func `a profile without an address is withheld, because each push would make another contact of it`(
        _ raw: String?
    ) throws {
        var contact = EncodedContact()
        #expect(try encode([("Email", .text, raw)], into: &contact) == .withheld("missing-email"))
    }

    @Test(arguments: ["ann", "@example.com", "ann@", "a nn@example.com", "ann@exa\u{7}mple.com", "ä n@example.com"])
    func `what cannot be an address is withheld`(_ raw: String) throws {
        var contact = EncodedContact()
        #expect(try encode([("Email", .text, raw)], into: &contact) == .withheld("invalid-email"))
    }

    @Test(arguments: ["inf", "nan", "-", "1e", "0x10"])
    func `a number that JSON has no form for is withheld`(_ value: String) throws {
        var contact = EncodedContact()
        let cells: [Cell] = [("Email", .text, "a@b.c"), ("float--Spent", .real, value)]
        #expect(try encode(cells, into: &contact) == .withheld("invalid-value"))
    }

    @Test func `a contact is encoded over the one before it`() throws {
        var contact = EncodedContact()
        _ = try encode([("Email", .text, "first@example.com"), ("Title", .text, "Dr")], into: &contact)
        _ = try encode([("Email", .text, "b@example.com")], into: &contact)
        #expect(String(decoding: contact.body, as: UTF8.self) == #"{"Email":"b@example.com"}"#)
        #expect(String(decoding: contact.identity, as: UTF8.self) == "b@example.com")
    }

    private typealias Cell = (field: String, type: AttributeType, value: String?)

    private func encoded(_ cells: [Cell]) throws -> String {
        var contact = EncodedContact()
        let verdict = try encode(cells, into: &contact)
        try #require(verdict == .contact)
        return String(decoding: contact.body, as: UTF8.self)
    }

    private func encode(_ cells: [Cell], into contact: inout EncodedContact) throws -> PushVerdict {
        let columns = cells.map { PushColumn(field: $0.field, type: $0.type) }
        var row = PushRow()
        Array("key".utf8).withUnsafeBytes { row.begin(profile: 1, key: $0) }
        for cell in cells {
            guard let value = cell.value else {
                row.appendNull()
                continue
            }
            Array(value.utf8).withUnsafeBytes { row.append(cell.type, $0) }
        }
        return AutopilotEncoder(try AutopilotField.resolve(columns)).encode(row, into: &contact)
    }
}

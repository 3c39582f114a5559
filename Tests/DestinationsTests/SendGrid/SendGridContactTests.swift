import Foundation
import Testing
import TidegateModel

@testable import Destinations

@Suite struct SendGridContactTests {
    private static let fields: [String: SendGridField] = [
        "shop": SendGridField("w1_T", name: "shop", .text, isCustom: true),
        "orders": SendGridField("e1_N", name: "orders", .number, isCustom: true),
        "last_order": SendGridField("e53_D", name: "last_order", .date, isCustom: true),
    ]

    private typealias Cells = KeyValuePairs<String, String?>

    private func write(_ cells: Cells) -> (verdict: PushVerdict, body: String, identity: String) {
        let fields = cells.compactMap { cell in
            Self.fields[cell.key] ?? SendGridField.reserved.first { $0.key == cell.key }
        }
        var row = PushRow()
        Array("key".utf8).withUnsafeBytes { row.begin(profile: 1, key: $0) }
        for (_, value) in cells {
            if let value {
                Array(value.utf8).withUnsafeBytes { row.append(.text, $0) }
            } else {
                row.appendNull()
            }
        }
        var contact = EncodedContact()
        let verdict = SendGridContactWriter(fields).write(row, into: &contact)
        let (body, identity) = (contact.body, contact.identity)
        return (verdict, String(decoding: body, as: UTF8.self), String(decoding: identity, as: UTF8.self))
    }

    @Test func `a contact is these bytes`() {
        let contact = write([
            "orders": "12", "first_name": "Åsa \"K\"", "email": " Asa@Example.SE ", "shop": "true", "country": "SE",
            "last_order": "2026-01-31T23:00:00Z", "external_id": "4711", "phone_number_id": "+46 70-123 45 67",
        ])
        #expect(
            contact.body == """
                {"email":"asa@example.se","phone_number_id":"+46701234567","external_id":"4711",\
                "first_name":"Åsa \\"K\\"","country":"SE",\
                "custom_fields":{"e1_N":12,"w1_T":"true","e53_D":"01/31/2026"}}
                """
        )
        #expect(contact.verdict == .contact)
        #expect(contact.identity == "asa@example.se")
    }

    @Test func `nulls and empty texts are left out, so they change nothing`() {
        #expect(write(["email": "a@b.se", "first_name": nil, "city": "", "shop": nil]).body == #"{"email":"a@b.se"}"#)
        #expect(write(["email": "a@b.se", "shop": "", "orders": nil]).body == #"{"email":"a@b.se"}"#)
        #expect(
            write(["email": "a@b.se", "shop": nil, "orders": "7"]).body
                == #"{"email":"a@b.se","custom_fields":{"e1_N":7}}"#
        )
    }

    @Test(arguments: [
        ("42", "42"), ("-7", "-7"), ("0", "0"), ("9223372036854775807", "9223372036854775807"), ("1.50", "1.50"),
        ("1e3", "1e3"), (" 5 ", "5"), ("007", "7.0"), ("+5", "5.0"), (".5", "0.5"),
    ])
    func `a number is a JSON number`(_ value: String, _ written: String) throws {
        let body = write(["email": "a@b.se", "orders": value]).body
        #expect(body == "{\"email\":\"a@b.se\",\"custom_fields\":{\"e1_N\":\(written)}}")
        #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(body.utf8)) }
    }

    @Test(arguments: ["inf", "-inf", "nan", "infinity", "1e999", "0x10", "twelve", "1,5", "true", "--1", "1 2", "-"])
    func `what is no finite number is left out`(_ value: String) {
        #expect(write(["email": "a@b.se", "orders": value]).body == #"{"email":"a@b.se"}"#)
    }

    @Test(arguments: ["2026-01-31", "2026-01-31T02:00:00Z", "2026-01-31 02:00", "01/31/2026"])
    func `a date is MM slash DD slash YYYY`(_ value: String) {
        let body = write(["email": "a@b.se", "last_order": value]).body
        #expect(body == #"{"email":"a@b.se","custom_fields":{"e53_D":"01/31/2026"}}"#)
    }

    @Test(arguments: [
        "1563315126883", "31/01/2026", "2026-13-01", "2026-01-31x", "2026-1-1", "yesterday", "12026-01-31",
    ])
    func `what is no date is left out, because SendGrid drops the whole contact for it`(_ value: String) {
        #expect(write(["email": "a@b.se", "last_order": value]).body == #"{"email":"a@b.se"}"#)
    }

    @Test func `alternate addresses are told apart, at most five, and only valid ones`() {
        let contact = write([
            "email": "a@b.se",
            "alternate_emails": "B@b.se; c@b.se,b@b.se ;; A@b.se,not one,d@b.se,e@b.se,f@b.se,g@b.se",
        ])
        #expect(
            contact.body
                == #"{"email":"a@b.se","alternate_emails":["b@b.se","c@b.se","d@b.se","e@b.se","f@b.se"]}"#
        )
        #expect(write(["email": "a@b.se", "alternate_emails": "; nobody"]).body == #"{"email":"a@b.se"}"#)
    }

    @Test func `without an e-mail another identifier stands in, and says which it is`() {
        let contact = write(["email": nil, "anonymous_id": "anon", "external_id": " 4711 "])
        #expect(contact.verdict == .contact)
        #expect(contact.identity == "external_id:4711")
        #expect(contact.body == #"{"external_id":"4711","anonymous_id":"anon"}"#)
        // An identifier that looks like an address is still none.
        #expect(write(["external_id": "kim@example.com"]).identity == "external_id:kim@example.com")
    }

    @Test func `who cannot be told apart or would spoil the batch is withheld, with the reason`() {
        func reason(_ cells: Cells) -> PushVerdict { write(cells).verdict }
        #expect(reason(["email": nil, "first_name": "Kim"]) == .withheld("missing-email"))
        #expect(reason(["email": " \t"]) == .withheld("missing-email"))
        #expect(reason(["email": "", "external_id": " "]) == .withheld("missing-identifier"))
        #expect(reason(["email": "kim", "external_id": "4711"]) == .withheld("invalid-email"))
        #expect(reason(["email": "a@b.se", "phone_number_id": "070-123"]) == .withheld("invalid-phone-number-id"))
        #expect(reason(["email": "a@b.se", "phone_number": "+0701234567"]) == .withheld("invalid-phone-number"))
    }

    @Test(arguments: [
        ("first_name", 50), ("last_name", 50), ("address_line_1", 100), ("address_line_2", 100), ("city", 60),
        ("state_province_region", 50), ("country", 50), ("external_id", 254), ("anonymous_id", 254),
    ])
    func `a text may be as long as SendGrid says, in characters and not in bytes`(_ field: String, _ longest: Int) {
        let code = "too-long-" + field.replacing("_", with: "-")
        for letter in ["a", "å", "🌊"] {
            let most = String(repeating: letter, count: longest)
            #expect(write(["email": "a@b.se", field: most]).verdict == .contact)
            #expect(write(["email": "a@b.se", field: most + letter]).verdict == .withheld(code))
        }
    }

    @Test func `fields without a stated length take any`() {
        let long = String(repeating: "1", count: 5000)
        #expect(write(["email": "a@b.se", "postal_code": long, "shop": long]).verdict == .contact)
    }
}

import Foundation
import Testing
import TidegateModel

@testable import Destinations

@Suite struct SendGridFieldTests {
    private let definitions = SendGridDefinitions(
        custom: [
            .init(id: "w1_T", name: "Favourite_Shop", type: "Text"), .init(id: "e1", name: "orders", type: "Number"),
            .init(id: "e53_D", name: "last_order", type: "Date"),
        ],
        reserved: [
            .init(name: "email", type: "Text", isReadOnly: false),
            .init(name: "unique_name", type: "Text", isReadOnly: false),
            .init(name: "created_at", type: "Date", isReadOnly: true),
            .init(name: "list_ids", type: "Text", isReadOnly: false),
        ]
    )

    private func keys(_ columns: (String, AttributeType)...) throws -> [String] {
        try definitions.fields(for: columns.map { PushColumn(field: $0.0, type: $0.1) }).map(\.key)
    }

    private func refusal(_ columns: (String, AttributeType)...) -> String? {
        do throws(DeliveryError) {
            _ = try definitions.fields(for: columns.map { PushColumn(field: $0.0, type: $0.1) })
            return nil
        } catch {
            #expect(error == .rejected(error.sentence))
            return error.sentence
        }
    }

    @Test func `reserved fields go by their names, custom ones by the ids behind theirs, whatever the case`() throws {
        #expect(try keys(("email", .text), ("first_name", .text)) == ["email", "first_name"])
        #expect(try keys(("email", .text), ("FAVOURITE_shop", .text)) == ["email", "w1_T"])
        #expect(try keys(("email", .text), ("orders", .integer), ("last_order", .date)) == ["email", "e1", "e53_D"])
        #expect(try keys(("external_id", .text), ("unique_name", .text)) == ["external_id", "unique_name"])
    }

    @Test func `an unknown name is rejected with the nearest that can be filled`() {
        #expect(
            refusal(("email", .text), ("favorite_shop", .text))
                == "SendGrid has no field 'favorite_shop', did you mean 'Favourite_Shop'?"
        )
        #expect(refusal(("Email", .text)) == "SendGrid has no field 'Email', did you mean 'email'?")
        #expect(refusal(("email", .text), ("zodiac", .text)) == "SendGrid has no field 'zodiac'")
        // An id is no name: the one that the pages show is not the one that the API has.
        #expect(refusal(("email", .text), ("w1_T", .text)) == "SendGrid has no field 'w1_T'")
    }

    @Test func `fields that only SendGrid fills are rejected`() {
        #expect(refusal(("email", .text), ("created_at", .date)) == "SendGrid's field 'created_at' can only be read")
        #expect(
            refusal(("email", .text), ("list_ids", .text))
                == "SendGrid's field 'list_ids' cannot be mapped, the list stands on the dataflow"
        )
    }

    @Test func `one field is filled by one column`() {
        #expect(
            refusal(("email", .text), ("orders", .integer), ("Orders", .integer))
                == "the mapping fills SendGrid's field 'orders' twice"
        )
    }

    @Test func `a mapping needs one of the four identifiers`() {
        #expect(
            refusal(("first_name", .text))
                == """
                the mapping has none of the fields by which SendGrid tells contacts apart: email, phone_number_id, \
                external_id, anonymous_id
                """
        )
    }

    @Test(arguments: [
        ("orders", AttributeType.boolean), ("orders", .date), ("last_order", .integer), ("last_order", .real),
        ("last_order", .boolean), ("email", .integer), ("alternate_emails", .date),
    ])
    func `values of a type that the field cannot hold are rejected before anything is sent`(
        _ field: String, _ type: AttributeType
    ) {
        let other = field == "email" ? "external_id" : "email"
        #expect(
            refusal((other, .text), (field, type)) == "SendGrid's field '\(field)' takes no \(type.rawValue) values")
    }

    @Test(arguments: [
        ("orders", AttributeType.real), ("orders", .text), ("last_order", .timestamp), ("last_order", .text),
        ("favourite_shop", .boolean), ("first_name", .timestamp), ("external_id", .integer),
    ])
    func `values of these types fit`(_ field: String, _ type: AttributeType) throws {
        #expect(throws: Never.self) { try keys(("email", .text), (field, type)) }
    }

    @Test func `definitions are read without asking for more than is used`() {
        let answer = """
            {"custom_fields":[{"id":"e1_N","name":"age","field_type":"Number","_metadata":{}},{"id":"e2_T"},null],
             "reserved_fields":[{"id":"_rf22_D","name":"updated_at","field_type":"Date","read_only":true},
                                {"id":"_rf0_T","name":"first_name"}],"unheard_of":[1]}
            """
        let expected = SendGridDefinitions(
            custom: [.init(id: "e1_N", name: "age", type: "Number")],
            reserved: [
                .init(name: "updated_at", type: "Date", isReadOnly: true),
                .init(name: "first_name", type: "Text", isReadOnly: false),
            ]
        )
        #expect(SendGridDefinitions(SendGridJSON(Array(answer.utf8))) == expected)
    }
}

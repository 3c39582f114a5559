import Foundation
import Testing
import TidegateModel

@testable import Destinations

@Suite struct AutopilotFieldTests {
    @Test(arguments: [
        ("email", "unknown Autopilot field 'email', did you mean 'Email'?"),
        ("firstname", "unknown Autopilot field 'firstname', did you mean 'FirstName'?"),
        ("FIRSTNAME", "unknown Autopilot field 'FIRSTNAME', did you mean 'FirstName'?"),
        (
            "Review Rating",
            "unknown Autopilot field 'Review Rating'; a custom field is written as 'string--Review--Rating'"
        ),
        (
            "string--Review Rating",
            "custom field 'string--Review Rating' must have '--' for each space, did you mean 'string--Review--Rating'?"
        ),
        (
            "strng--Plan",
            "custom field 'strng--Plan' must begin with one of string--, integer--, float--, boolean-- and date--, "
                + "did you mean 'string--Plan'?"
        ),
        (
            "text--Plan",
            "custom field 'text--Plan' must begin with one of string--, integer--, float--, boolean-- and date--"
        ),
        ("string--", "custom field 'string--' has no name"),
        ("owner_name", "field 'owner_name' is read-only at Autopilot"),
        ("contact_id", "field 'contact_id' is given by Autopilot"),
        ("created_at", "field 'created_at' is given by Autopilot"),
        ("updated_at", "field 'updated_at' is given by Autopilot"),
        ("_NewEmail", "field '_NewEmail' would give contacts another address"),
        ("_autopilot_list", "field '_autopilot_list' is not for a mapping: the dataflow names its list"),
    ])
    func `a name that Autopilot would take for another field is refused`(_ name: String, _ sentence: String) {
        #expect(throws: DeliveryError.rejected(sentence)) { try AutopilotField(PushColumn(field: name, type: .text)) }
    }

    @Test func `every name of the vendor is taken as it is written`() throws {
        for name in AutopilotFields.standard {
            let type: AttributeType = name == AutopilotFields.unsubscribed ? .boolean : .text
            #expect(try AutopilotField(PushColumn(field: name, type: type)) == .standard(name))
        }
        for type in AutopilotFields.CustomType.allCases {
            let key = "\(type.rawValue)--Test--Field"
            let fitting = AttributeType.allCases.compactMap { try? AutopilotField(PushColumn(field: key, type: $0)) }
            #expect(Set(fitting) == [.custom(key: key, type)])
        }
    }

    @Test func `nobody is unsubscribed by anything but a boolean`() throws {
        #expect(taken(by: "unsubscribed") == [.boolean])
    }

    @Test(arguments: [
        ("string", AttributeType.allCases), ("integer", [.integer]), ("float", [.integer, .real]),
        ("boolean", [.boolean]), ("date", [.date, .timestamp]),
    ])
    func `a custom field takes values of its own type`(_ type: String, _ taken: [AttributeType]) throws {
        #expect(self.taken(by: "\(type)--Field") == taken)
    }

    private func taken(by field: String) -> [AttributeType] {
        AttributeType.allCases.filter { (try? AutopilotField(PushColumn(field: field, type: $0))) != nil }
    }

    @Test func `a column of another type is refused by its names`() {
        let columns = [PushColumn(field: "Email", type: .text), PushColumn(field: "integer--Age", type: .text)]
        #expect(throws: DeliveryError.rejected("field 'integer--Age' takes no values of type text")) {
            try AutopilotField.resolve(columns)
        }
    }

    @Test func `a mapping without an address is refused`() {
        let sentence = "mapping has no field 'Email', by which Autopilot tells contacts apart"
        #expect(throws: DeliveryError.rejected(sentence)) {
            try AutopilotField.resolve([PushColumn(field: "FirstName", type: .text)])
        }
    }

    @Test func `a field is mapped once`() {
        let column = PushColumn(field: "Email", type: .text)
        #expect(throws: DeliveryError.rejected("field 'Email' is mapped twice")) {
            try AutopilotField.resolve([column, column])
        }
    }

    @Test func `the page about destinations names every field and every reason code`() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let page = try String(contentsOf: root.appending(path: "docs/destinations.md"), encoding: .utf8)
        let codes = [
            "missing-email", "invalid-email", "invalid-value", "not-taken", "unknown-contact", "not-on-list",
            "still-on-list",
        ]
        let types = AutopilotFields.CustomType.allCases.map(\.rawValue)
        let unwritable = AutopilotFields.unwritable.keys.filter { !$0.hasPrefix("_") }
        for name in AutopilotFields.standard + types + codes + unwritable {
            #expect(page.contains("`\(name)`"), "\(name) is not on the page")
        }
    }
}

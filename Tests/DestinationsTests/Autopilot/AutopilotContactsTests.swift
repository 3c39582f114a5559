import Foundation
import Testing

@testable import Destinations

@Suite struct AutopilotContactsTests {
    /// With an escape somewhere, the answer is read in another way.
    @Test(arguments: ["plain", #"with \" escapes"#])
    func `who has no id in the answer was not taken, in whatever case the address comes back`(_ text: String) throws {
        let body = #"""
            {"contact_ids": ["person_1", {"a": [1, "}"]}], "_removeResultKeys":["x"],"more":-1.5e3,"none":null,
             "email_contact_map" : {"Ann@Example.com" :"person_1","bob@example.com":null,"eve@example.com":"",
             "kim@example.com":7, "Änn@example.com":"person_2", "joe@example.com":{"id":["person_3"]}}, "text":"\#(text)"}
            """#
        var contacts = try #require(AutopilotContacts(Array(body.utf8)))
        #expect(id("ann@example.com", &contacts) == "person_1")
        #expect(id("änn@example.com", &contacts) == "person_2")
        for missing in ["bob@example.com", "eve@example.com", "kim@example.com", "joe@example.com", "zoe@example.com"] {
            #expect(id(missing, &contacts) == nil)
        }
    }

    @Test func `an address is found that can only be written with an escape`() throws {
        let body = #"{"email_contact_map":{"o\u0027neil@example.com":"person_1"}}"#
        var contacts = try #require(AutopilotContacts(Array(body.utf8)))
        #expect(id("o'neil@example.com", &contacts) == "person_1")
    }

    @Test(arguments: [
        "", "{}", "[]", "null", #"{"contact_ids":["person_1"]}"#, #"{"email_contact_map":"none"}"#,
        #"{"email_contact_map":["none"]}"#, #"{"email_contact_map":null}"#, #"{"more":{"email_contact_map":{}}}"#,
        #"{"email_contact_map":{"a@b.c":"person_1""#, #"{"email_contact_map":{"a@b.c":"person_1"}"#,
        #"{"email_contact_map":{"a@b.c" "person_1"}}"#, #"{"email_contact_map":{"a@b.c":"person_1}}"#,
        #"{"email_contact_map":{"a@b.c":]}}"#, #"{"more":[1,{"email_contact_map":{}}"#, "{\"email_contact_map\":",
    ])
    func `an answer that says nothing of contacts is no answer`(_ body: String) {
        #expect(AutopilotContacts(Array(body.utf8)) == nil)
        // The same with an escape in front of it.
        let escaped = body.hasPrefix("{") ? #"{"\n":1,"# + body.dropFirst() : body + #" "\n""#
        #expect(AutopilotContacts(Array(escaped.utf8)) == nil)
    }

    @Test func `an answer in which nobody was taken is one`() throws {
        #expect(AutopilotContacts(Array(#"{"email_contact_map":{}}"#.utf8)) != nil)
    }

    @Test(arguments: 0...3) func `a contact is found wherever it is in the answer`(_ index: Int) throws {
        let body = #"{"email_contact_map":{"a@example.com":"1","b@example.com":"","c@example.com":"3"}}"#
        var contacts = try #require(AutopilotContacts(Array(body.utf8)))
        #expect(id("a@example.com", &contacts, near: index) == "1")
        #expect(id("b@example.com", &contacts, near: index) == nil)
        #expect(id("c@example.com", &contacts, near: index) == "3")
        #expect(id("d@example.com", &contacts, near: index) == nil)
    }

    private func id(_ address: String, _ contacts: inout AutopilotContacts, near index: Int = 0) -> String? {
        contacts.id(of: Array(address.utf8)[...], near: index).map { String(decoding: $0, as: UTF8.self) }
    }
}

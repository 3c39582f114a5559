import Destinations
import Foundation
import Testing
import TidegateModel

extension ConnectorContract {
    /// What has broken JSON that was put together by hand, or was changed on its way.
    static let hostileTexts = [
        "", " ", "\"quoted\" and 'these'", "back\\slash \\n \\u0041", "line\nreturn\rtab\t",
        "\u{1}\u{8}\u{C}\u{1F}\u{7F}",
        "{\"a\":[1]}", "</script><!--", "a\u{2028}b\u{2029}c", "emoji 🌊👩‍👩‍👧‍👦", "e\u{301} is not \u{E9}", "客户名单",
        "\u{202E}reversed", "\u{FEFF}mark", "null", "true", "-0", "1e999", "%s %20 ${env:HOME}", "\u{10FFFF}\u{FFFE}",
    ]

    static let encoding: [Clause] = [
        Clause(
            "an encoded contact is JSON with exactly the given text, or withheld with a reason code",
            brokenBy: [.pastesText, .cutsText]
        ) { fixture in
            let session = try await fixture.session()
            let long = String(repeating: "é\"\\\u{1}", count: 150_000)
            for text in hostileTexts + [long] {
                var contact = EncodedContact()
                let row = fixture.row(identity: ConnectorFixture.address(1), text: text)
                switch session.encode(row, into: &contact) {
                case .withheld(let code): expectCode(code)
                case .contact:
                    let found = try shownText(contact.body, at: fixture.textPath)
                    // An empty text may be left out: receivers differ in what it would do.
                    let isSame = found.map { $0.utf8.elementsEqual(text.utf8) } ?? text.isEmpty
                    #expect(isSame, "\(text.prefix(40).debugDescription) is changed")
                }
            }
        },
        Clause("a text arrives at the receiver as it is", brokenBy: [.pastesText]) { fixture in
            let session = try await fixture.session()
            var sent: [String: String] = [:]
            var contacts: [EncodedContact] = []
            for (number, text) in hostileTexts.enumerated() {
                var contact = EncodedContact()
                let address = ConnectorFixture.address(number)
                guard session.encode(fixture.row(identity: address, text: text), into: &contact) == .contact else {
                    continue
                }
                contacts.append(contact)
                sent[address] = text
            }
            #expect(sent.count > hostileTexts.count / 2)
            _ = try await fixture.settle(session, contacts)
            for held in try await fixture.holdings() {
                let text = sent.removeValue(forKey: held.identity) ?? "nobody sent this"
                let isSame = (held.text ?? "").utf8.elementsEqual(text.utf8)
                #expect(isSame, "\(text.debugDescription) is changed")
            }
            #expect(sent.isEmpty)
        },
        Clause("a profile without the text is a contact all the same", brokenBy: [.needsEveryField]) { fixture in
            let session = try await fixture.session()
            var contact = EncodedContact()
            let row = fixture.row(identity: ConnectorFixture.address(1), text: nil)
            let verdict = session.encode(row, into: &contact)
            #expect(verdict == .contact)
            _ = try shownText(contact.body, at: fixture.textPath)
        },
        Clause("an encoded contact has nothing of the row before", brokenBy: [.keepsTheRowBefore]) { fixture in
            let session = try await fixture.session()
            var used = try fixture.encode(session, identity: ConnectorFixture.address(10), text: "a long text before")
            let row = fixture.row(identity: ConnectorFixture.address(1), text: "short")
            _ = session.encode(row, into: &used)
            let fresh = try fixture.encode(session, identity: ConnectorFixture.address(1), text: "short")
            #expect(used.body == fresh.body && used.identity == fresh.identity)
        },
        Clause(
            "a profile without identity is withheld with a reason code", requires: [.missingIdentities],
            brokenBy: [.sendsNobody, .givesNoReason]
        ) { fixture in
            let session = try await fixture.session()
            for identity in [nil, "", "   "] {
                var contact = EncodedContact()
                let verdict = session.encode(fixture.row(identity: identity, text: "hello"), into: &contact)
                guard case .withheld(let code) = verdict else {
                    Issue.record("nobody is sent as a contact")
                    continue
                }
                expectCode(code)
            }
        },
        Clause(
            "identities that differ in case or outer spaces are the same", requires: [.caseless],
            brokenBy: [.keepsCase]
        ) { fixture in
            let session = try await fixture.session()
            let spellings = ["person-1@example.com", "Person-1@Example.COM", "  PERSON-1@example.com\t"]
            let identities = try spellings.map { try fixture.encode(session, identity: $0).identity }
            #expect(Set(identities) == [Array("person-1@example.com".utf8)])
            let other = try fixture.encode(session, identity: "person-2@example.com").identity
            #expect(other != identities[0])
        },
        Clause(
            "a body is as large as its contacts and the envelope, and no larger", brokenBy: [.understatesTheEnvelope]
        ) {
            fixture in
            let session = try await fixture.session()
            let limits = session.limits
            #expect(limits.contacts > 0 && limits.removals > 0 && limits.envelope < limits.bytes)
            let contacts = try (1...20).map {
                try fixture.encode(session, identity: ConnectorFixture.address($0), text: "é\"\\🌊")
            }
            let room = contacts.map(\.body.count).reduce(0, +) + contacts.count - 1 + limits.envelope
            let before = try await fixture.backDoor.requests().count
            _ = try await fixture.settle(session, contacts)
            let sizes = try await fixture.backDoor.requests().dropFirst(before).map(\.size)
            #expect((sizes.max() ?? 0) <= room && (sizes.max() ?? 0) > 0)
        },
    ]

    /// A code is for programs and people: words in lower case with dashes, and nothing of the profile.
    private static func expectCode(_ code: String) {
        #expect(code.wholeMatch(of: /[a-z][a-z0-9]*(-[a-z0-9]+)*/) != nil, "'\(code)' is no reason code")
    }

    private static func shownText(_ body: [UInt8], at path: [String]) throws -> String? {
        var value: SeenJSON? = try JSONDecoder().decode(SeenJSON.self, from: Data(body))
        for name in path {
            guard case .object(let members) = value else { return nil }
            value = members[name]
        }
        guard case .text(let text) = value else { return nil }
        return text
    }
}

/// JSON as a test looks at it. `JSONSerialization` will not do: it drops a byte order mark at the front of a text.
private enum SeenJSON: Decodable {
    case object([String: SeenJSON])
    case text(String)
    case other

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if let members = try? value.decode([String: SeenJSON].self) {
            self = .object(members)
        } else if let text = try? value.decode(String.self) {
            self = .text(text)
        } else {
            self = .other
        }
    }
}

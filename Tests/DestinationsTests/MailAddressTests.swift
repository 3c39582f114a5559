import Testing

@testable import Destinations

@Suite struct MailAddressTests {
    private func normal(_ text: String) -> String {
        var bytes: [UInt8] = []
        MailAddress.append(Array(text.utf8)[...], to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test(arguments: [
        "kim@example.com", "KIM@Example.COM", "  kim@example.com\t\r\n", "\u{A0}kim@example.com\u{3000}",
        "\u{FEFF}Kim@example.com\u{200B}",
    ])
    func `spellings of one address become one`(_ spelling: String) {
        #expect(normal(spelling) == "kim@example.com")
        #expect(MailAddress.normal(spelling) == "kim@example.com")
    }

    @Test func `letters beyond ASCII are lowered too, and bytes and text agree`() {
        for address in ["ÅSA@EXAMPLE.SE", "Ärla@Exämple.se", " ΚΊΜ@example.gr "] {
            #expect(normal(address) == MailAddress.normal(address))
        }
        #expect(normal("ÅSA@EXAMPLE.SE") == "åsa@example.se")
    }

    @Test(arguments: ["", " ", "\t\r\n", "\u{A0}", "\u{3000}\u{200B}"])
    func `what nobody sees is no address`(_ text: String) {
        #expect(normal(text) == "")
    }

    @Test(arguments: [
        "a@b.se", "o'hara+news@example.co.uk", "first.last@sub.example.com", "x_y-z=1@example.museum", "åsa@exämple.se",
        "kim@xn--exmple-cua.se", "1@2.de", "!#$%&*/?^`{|}~@example.com",
    ])
    func `addresses that mailboxes have are valid`(_ address: String) {
        #expect(MailAddress.isValid(Array(address.utf8)))
    }

    @Test(arguments: [
        "", "kim", "kim@", "@example.com", "kim@example", "kim@@example.com", "kim@exam@ple.com", ".kim@example.com",
        "kim.@example.com", "ki..m@example.com", "ki m@example.com", "kim@exam ple.com", "kim@-example.com",
        "kim@example-.com", "kim@.example.com", "kim@example.com.", "kim@example..com", "kim@127.0.0.1",
        "kim@example.c_m",
        "kim;lee@example.com", "kim,lee@example.com", "<kim@example.com>", "\"kim\"@example.com", "kim\n@example.com",
        "external_id:kim@example.com", "mailto:kim@example.com", "kim@[127.0.0.1]",
    ])
    func `what is no address is not valid`(_ address: String) {
        #expect(!MailAddress.isValid(Array(address.utf8)))
    }

    @Test func `the longest address has 254 characters, and a local part 64`() {
        let domain = { (count: Int) in
            // Labels of at most 63, filled up to `count` in all.
            let label = String(repeating: "d", count: 60) + "."
            return String((String(repeating: label, count: 3) + String(repeating: "e", count: 60)).prefix(count - 3))
                + ".se"
        }
        let local = String(repeating: "a", count: 64)
        #expect(domain(189).count == 189)
        #expect(MailAddress.isValid(Array("\(local)@\(domain(189))".utf8)))
        #expect(!MailAddress.isValid(Array("\(local)@\(domain(190))".utf8)))
        #expect(!MailAddress.isValid(Array("a\(local)@example.com".utf8)))
    }
}

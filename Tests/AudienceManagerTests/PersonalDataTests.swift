import AudienceManager
import Testing

@Suite struct PersonalDataTests {
    @Test(arguments: [
        "jane@example.com", "Jane.Doe+news@mail.example.co.uk", "JANE@EXAMPLE.COM", "jane%40example.com",
        "crm-jane@example.com",
        "<jane@example.com>", "jane@exämple.de", "jane@example.xn--p1ai", "jane@example.com.", "x jane@example.com y",
        "用户@例子.公司",
    ]) func `an id with an address in it is personal`(_ id: String) {
        #expect(Self.kind(id) == "e-mail")
    }

    @Test(arguments: [
        "+46701234567", "+46 70 123 45 67", "+1 (212) 555-0100", "%2B46701234567", "%2b46701234567",
        "0046 70 123 45 67",
        "070-123 45 67", "0701-234567", "(212) 555-0100", "212-555-0100", "212.555.0100", "1-212-555-0100",
        "(070) 1234567",
    ]) func `an id that is a telephone number is personal`(_ id: String) {
        #expect(Self.kind(id) == "phone")
    }

    @Test(arguments: [
        "", "User123", "59767559181262060060278870901087098252", "6D92078A-8246-4BA4-AE5B-76104861E7DC",
        "97987bca-ae59-4c7d-94ba-ee4f19ab8c21", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        // Digits alone are numbers of customers, padded or not.
        "46701234567", "0046701234567", "0701234567", "2125550100",
        // Handles, versions, dates, groups that are nobody's telephone.
        "@jane", "jane@", "jane@host", "jane@example.1", "a@b.c", "@example.com", "name @ example.com", "+123456",
        "+1234567890123456",
        "+46a701234567", "+", "%2B", "2018-05-17", "192.168.100.200", "1234-5678-9012-3456", "123-456-789", "100%400",
        "100%40",
    ]) func `other ids are not`(_ id: String) {
        #expect(Self.kind(id) == nil)
    }

    private static func kind(_ id: String) -> String? { Array(id.utf8).withUnsafeBytes(PersonalData.kind) }
}

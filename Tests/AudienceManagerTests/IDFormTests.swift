import AudienceManager
import Testing
import TidegateModel

@Suite struct IDFormTests {
    private static let digits38 = "59767559181262060060278870901087098252"
    private static let idfa = "6D92078A-8246-4BA4-AE5B-76104861E7DC"
    private static let gaid = "97987bca-ae59-4c7d-94ba-ee4f19ab8c21"
    private static let sha256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

    @Test(arguments: [
        (DataSource.IDForm.aamUUID, [digits38], [String(digits38.dropLast()), digits38 + "0", idfa, ""]),
        (
            .uuid, [idfa, gaid, "6d92078A-8246-4BA4-AE5B-76104861E7DC"],
            ["{\(idfa)}", String(gaid.dropLast()), gaid + "0"]
        ),
        (.lowercaseUUID, [gaid], [idfa, gaid.replacing("-", with: ""), gaid.replacing("a", with: "g"), " " + gaid]),
        (.uppercaseUUID, [idfa], [gaid, idfa.replacing("-", with: "_"), idfa.replacing("D", with: "d")]),
        (.alphanumeric, ["7XCBNROQJQPYW", "a1", "a-1"], ["", "a b", "é", "a_1"]),
        (
            .sha256, [sha256, sha256.uppercased()],
            [String(sha256.dropLast()), sha256 + "0", sha256.replacing("9", with: "g")]
        ),
        (.any, ["User123", "a b", "é", ":", digits38], ["", "a\u{1}", "a\u{7F}", "a\r", "\0"]),
    ]) func `a form accepts what looks like it and nothing else`(
        _ form: DataSource.IDForm, _ good: [String], _ bad: [String]
    ) {
        for id in good { #expect(Self.bytes(id, form.accepts), "\(form) should accept \(id)") }
        for id in bad { #expect(!Self.bytes(id, form.accepts), "\(form) should not accept \(id)") }
    }

    static let judged: [(Int64, DataSource.Kind, DataSource.IDForm, String, RowFault?)] = [
        (0, .device, .aamUUID, "123", .invalidAAMID),
        (0, .device, .any, "123", .invalidAAMID), (0, .device, .aamUUID, digits38, nil),
        (20915, .device, .uppercaseUUID, gaid, .invalidDeviceID), (20915, .device, .uppercaseUUID, idfa, nil),
        (700, .device, .any, "a:b", nil), (478, .crossDevice, .any, "User123", nil),
        (478, .crossDevice, .any, "a:b", .idWithColon), (478, .crossDevice, .any, "a%3ab", .idWithColon),
        (478, .crossDevice, .any, "%3A", .idWithColon), (478, .crossDevice, .any, "100%3", nil),
        (478, .crossDevice, .any, "100%30A", nil), (478, .crossDevice, .sha256, "User123", .invalidID),
        (478, .crossDevice, .sha256, "a:b", .idWithColon), (478, .crossDevice, .any, "a\u{1}", .invalidID),
    ]

    @Test(arguments: judged.indices) func `an id is judged by its data source`(_ index: Int) {
        let (dpid, kind, form, id, fault) = Self.judged[index]
        let source = DataSource(id: .init(), name: "ids", dpid: dpid, kind: kind, form: form)
        #expect(Self.bytes(id, source.fault) == fault)
    }

    private static func bytes<Result>(_ id: String, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        Array(id.utf8).withUnsafeBytes(body)
    }
}

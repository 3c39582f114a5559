import Foundation
import Testing
import TidegateModel

/// What the tests of file names export.
struct NamedExport {
    var subject: FileName.Subject
    var moment: FileName.Moment

    init(
        dataflow: String = "vip-nightly",
        segment: String = "vip",
        export: Dataflow.ExportMode = .full,
        number: UInt8 = 0
    ) throws {
        subject = FileName.Subject(
            destination: Destination(
                id: id(1), name: "nightly-drop", place: .directory(DirectoryPlace(path: "/outbox"))),
            dataflow: Dataflow(
                id: id(2 + number),
                name: dataflow,
                destination: "nightly-drop",
                segments: [segment],
                export: export,
                schedule: Schedule(frequency: .daily, trigger: .afterSegmentation),
                mapping: []
            ),
            segment: SegmentReference(id: id(3 + number), name: segment)
        )
        moment = FileName.Moment(
            run: id(4),
            snapshot: id(5),
            export: .full,
            scheduledFor: try instant("2026-11-21T02:05:09.700Z")
        )
    }

    func render(_ template: String, fileExtension: String = ".csv") throws -> String {
        try FileName(template: template).render(subject, moment, fileExtension: fileExtension).part(1)
    }

    func shape(_ template: String) throws -> FileNameShape {
        FileNameShape(try FileName(template: template), subject)
    }
}

/// `0a0b0c0d-…-NN`, with letters in it so that their case shows.
private func id(_ number: UInt8) -> UUID {
    UUID(uuid: (0x0A, 0x0B, 0x0C, 0x0D, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, number))
}

@Suite struct FileNameTests {
    @Test(arguments: [
        ("%DESTINATION_NAME%_%SEGMENT_NAME%_%DATETIME(yyyyMMdd_HHmmss)%", "nightly-drop_vip_20261121_020509.csv"),
        ("%DESTINATION_ID%", "0a0b0c0d-0000-0000-0000-000000000001.csv"),
        ("%DATAFLOW_NAME%-%DATAFLOW_ID%", "vip-nightly-0a0b0c0d-0000-0000-0000-000000000002.csv"),
        (
            "%DESTINATION_INSTANCE_NAME%.%DESTINATION_INSTANCE_ID%",
            "vip-nightly.0a0b0c0d-0000-0000-0000-000000000002.csv"
        ),
        ("x%SEGMENT_ID%%EXPORT_MODE%", "x0a0b0c0d-0000-0000-0000-000000000003full.csv"),
        ("%RUN_ID%", "0a0b0c0d-0000-0000-0000-000000000004.csv"),
        ("%SNAPSHOT_ID%", "0a0b0c0d-0000-0000-0000-000000000005.csv"),
        ("%TIMESTAMP%", "1795226709.csv"),
        ("Kunden ä 客户 (1), %SEGMENT_NAME%", "Kunden ä 客户 (1), vip.csv"),
        ("static", "static.csv"),
    ])
    func `every macro becomes what it names`(_ template: String, _ expected: String) throws {
        #expect(try NamedExport().render(template) == expected)
    }

    @Test(
        arguments: [
            ("YYYYMMDD_HHMMSS", "20261121_020509"), ("yyyymmddhhmmss", "20261121020509"),
            ("MMDDYYYY_HHMMSS", "11212026_020509"),
            ("yyyyMMdd_HHmmss", "20261121_020509"), ("YYYYMMdd_HHmmss", "20261121_020509"),
            ("dd.MM.yyyy", "21.11.2026"),
            ("HHmm", "0205"), ("hhmm", "0205"), ("yyyy-MM-dd", "2026-11-21"), ("MM", "11"), ("mm", "05"),
            ("mmss", "0509"),
            ("MMSS", "0509"), ("MMDD", "1121"), ("mmdd", "1121"), ("HHmmddMMyyyy", "020521112026"),
            ("hhmmddmmyyyy", "020521112026"), ("ddMMHHmm", "21110205"), ("yyyymmhhmm", "2026110205"), ("HH", "02"),
            ("ssmmHH", "090502"), ("MMmm", "1105"), ("yyyyMM", "202611"), ("mmyyyy", "112026"), ("yyyy年MM", nil),
            ("yyyy_12", "2026_12"),
        ] as [(String, String?)]
    )
    func `a date pattern is read as a careful person would`(_ pattern: String, _ expected: String?) throws {
        guard let expected else {
            #expect(throws: FileNameError.self) { try NamedExport().render("%DATETIME(\(pattern))%") }
            return
        }
        #expect(try NamedExport().render("%DATETIME(\(pattern))%") == expected + ".csv")
    }

    @Test func `YYYY is the calendar year around New Year`() throws {
        var export = try NamedExport()
        export.moment.scheduledFor = try instant("2024-12-31T23:59:59Z")
        #expect(try export.render("%DATETIME(YYYYMMDD)%") == "20241231.csv")
        export.moment.scheduledFor = try instant("2027-01-01T00:00:00Z")
        #expect(try export.render("%DATETIME(YYYYMMDD)%") == "20270101.csv")
    }

    @Test(arguments: [
        ("", "file name is empty", 0),
        ("a%SEGMENT", "'%' opens a macro that no second '%' closes", 1),
        ("100%", "'%' opens a macro that no second '%' closes", 3),
        ("%%", "unknown macro '%%'", 0),
        ("é%SEGMENT_NAM%", "unknown macro '%SEGMENT_NAM%', did you mean '%SEGMENT_NAME%'?", 1),
        ("%segment_id%", "unknown macro '%segment_id%', did you mean '%SEGMENT_ID%'?", 0),
        ("%DATTEIME(yyyy)%", "unknown macro '%DATTEIME(yyyy)%', did you mean '%DATETIME(yyyyMMdd_HHmmss)%'?", 0),
        ("%custom-text%", "unknown macro '%custom-text%'", 0),
        (
            "%ORGANIZATION_NAME%",
            "there are no organizations here, write the name itself instead of '%ORGANIZATION_NAME%'", 0
        ),
        ("a_%SANDBOX_NAME%", "there are no sandboxes here, write the name itself instead of '%SANDBOX_NAME%'", 2),
        ("%DATETIME%", "'%DATETIME%' needs a pattern, as in '%DATETIME(yyyyMMdd_HHmmss)%'", 0),
        ("x%DATETIME(yyyyMMddTHH)%", "date pattern 'yyyyMMddTHH' has 'T', and knows yyyy MM dd HH mm ss", 19),
        ("%DATETIME(yyMMdd)%", "date pattern 'yyMMdd' writes the year as 'yy', not 'yyyy'", 10),
        ("%DATETIME(yyyyMdd)%", "date pattern 'yyyyMdd' writes the month as 'M', not 'MM'", 14),
        ("%DATETIME(yyyyMMMdd)%", "date pattern 'yyyyMMMdd' writes the month as 'MMM', not 'MM'", 14),
        ("%DATETIME(DDdd)%", "date pattern 'DDdd' has the day twice", 12),
        ("%DATETIME(MMHHDDMMYYYY)%", "date pattern 'MMHHDDMMYYYY' has the month twice", 16),
        ("%DATETIME()%", "date pattern '' names no part of a date", 10),
        ("%DATETIME(-)%", "date pattern '-' names no part of a date", 10),
        ("../%SEGMENT_NAME%", "file name '../%SEGMENT_NAME%' contains a slash or a backslash", 0),
        ("a/\u{301}b", "file name 'a/\u{301}b' contains a slash or a backslash", 0),
        ("a\\b", "file name 'a\\b' contains a slash or a backslash", 0),
        ("%DATETIME(yyyy/MM)%", "file name '%DATETIME(yyyy/MM)%' contains a slash or a backslash", 0),
        ("a..b", "file name 'a..b' contains '..'", 0),
        ("%SEGMENT_NAME%.", "file name '%SEGMENT_NAME%.' contains '..'", 0),
        (".hidden", "file name '.hidden' starts with a dot", 0),
        (".\u{301}hidden", "file name '.\u{301}hidden' starts with a dot", 0),
        ("-rf", "file name '-rf' starts with a dash", 0),
        ("a\u{0}b", "file name 'a\u{FFFD}b' contains a control character", 0),
        ("a\r\nb", "file name 'a\u{FFFD}\u{FFFD}b' contains a control character", 0),
        ("a\u{7F}", "file name 'a\u{FFFD}' contains a control character", 0),
        ("a\u{85}\u{2028}", "file name 'a\u{FFFD}\u{FFFD}' contains a control character", 0),
        (
            String(repeating: "n", count: 252),
            "file name '\(String(repeating: "n", count: 252))' has more than 255 bytes", 0
        ),
    ])
    func `a template that cannot become a name is refused with its place`(
        _ template: String,
        _ message: String,
        _ place: Int
    ) {
        #expect(throws: FileNameError.malformed(message, at: place)) { try FileName(template: template) }
    }

    @Test(arguments: [
        "", "/etc/passwd", "..", "a/../b", ".x", "-x", "a\nb", "a\u{0}", "\\\\host", "..\u{301}", "a/\u{338}",
    ])
    func `a name that the job file brings in is checked too`(_ name: String) throws {
        var export = try NamedExport()
        export.subject.segment.name = name
        #expect(throws: FileNameError.self) { try export.render("%SEGMENT_NAME%") }
    }

    @Test func `parts are numbered from the second on, before the extension`() throws {
        let export = try NamedExport()
        let names = try FileName(template: "x").render(export.subject, export.moment, fileExtension: ".csv.gz")
        #expect([1, 2, 3, 10].map(names.part) == ["x.csv.gz", "x_2.csv.gz", "x_3.csv.gz", "x_10.csv.gz"])
    }

    @Test func `the length counts bytes, with part number and extension`() throws {
        let export = try NamedExport()
        // 255 bytes are the stem, `_1000000` and `.csv`.
        let longest = String(repeating: "é", count: 121)
        #expect(try export.render(longest + "n") == longest + "n.csv")
        #expect(
            throws: FileNameError.unusable(
                "file name '\(longest)é.csv' leaves no room for the numbers of parts within 255 bytes"
            )
        ) { try export.render(longest + "é") }
        var long = export
        long.subject.segment.name = String(repeating: "s", count: 300)
        #expect(throws: FileNameError.self) { try long.render("%SEGMENT_NAME%") }
    }
}

@Suite struct FileNameShapeTests {
    @Test(arguments: [
        ("%SEGMENT_NAME%", "vip", true), ("%SEGMENT_NAME%", "vips", false), ("vip", "VIP", false),
        ("a_%DATETIME(yyyyMMdd)%", "a_%DATETIME(ddMMyyyy)%", true),
        ("a_%DATETIME(yyyyMMdd)%", "a_%DATETIME(yyyyMM)%", false),
        ("a_%DATETIME(yyyyMMdd)%", "a_20261121", true), ("a_%DATETIME(yyyyMMdd)%", "a_2026112x", false),
        ("%TIMESTAMP%", "%DATETIME(HHddMMyyyy)%", true), ("%TIMESTAMP%x", "%TIMESTAMP%y", false),
        ("%DATETIME(yyyyMMdd)%", "%DATETIME(yyyy-MM)%", false),
        ("%RUN_ID%", "%RUN_ID%", false), ("a_%RUN_ID%", "a_%SNAPSHOT_ID%", false),
        ("%SNAPSHOT_ID%", "%SNAPSHOT_ID%", true), ("%SNAPSHOT_ID%", "%SEGMENT_ID%", true),
        ("%SNAPSHOT_ID%", "0a0b0c0d-0000-0000-0000-00000000000g", false),
        ("%EXPORT_MODE%", "full", true), ("%EXPORT_MODE%", "incremental", false),
        ("vip", "vip_2", true), ("vip", "vip_1", false), ("vip", "vip_02", false), ("vip", "vip_x", false),
        ("vip", "vip_2026", false), ("vip_%DATETIME(HH)%", "vip", true), ("vip_", "vip", false),
    ])
    func `two templates collide where some moment gives them one name`(_ left: String, _ right: String, _ equal: Bool)
        throws
    {
        let export = try NamedExport()
        #expect(try export.shape(left).couldEqual(export.shape(right)) == equal)
        #expect(try export.shape(right).couldEqual(export.shape(left)) == equal)
    }

    @Test func `an incremental dataflow can also write full files`() throws {
        let full = try NamedExport()
        let incremental = try NamedExport(export: .incremental)
        #expect(try incremental.shape("%EXPORT_MODE%").couldEqual(full.shape("full")))
        #expect(try incremental.shape("%EXPORT_MODE%").couldEqual(full.shape("incremental")))
        #expect(try !incremental.shape("%EXPORT_MODE%").couldEqual(full.shape("fullx")))
    }

    @Test func `names and ids keep two exports apart`() throws {
        let (one, other) = (try NamedExport(), try NamedExport(dataflow: "vip-weekly", segment: "lapsed", number: 10))
        for template in ["%DATAFLOW_NAME%", "%DATAFLOW_ID%", "%SEGMENT_NAME%", "%SEGMENT_ID%"] {
            #expect(try !one.shape(template).couldEqual(other.shape(template)), "\(template)")
        }
        #expect(try one.shape("%DESTINATION_NAME%").couldEqual(other.shape("%DESTINATION_NAME%")))
    }

    @Test func `another extension is another name`() throws {
        let one = try NamedExport()
        var other = one
        other.subject.dataflow.file.compression = .gzip
        #expect(try !one.shape("vip").couldEqual(other.shape("vip")))
    }
}

@Suite struct SpellingTests {
    @Test(
        arguments: [
            ("shedule", "schedule"), ("SCHEDULE", "schedule"), ("segmnets", "segments"), ("zone", nil), ("x", nil),
            ("", nil),
        ] as [(String, String?)]
    )
    func `the nearest word is guessed where it is near`(_ word: String, _ guess: String?) {
        #expect(Spelling.nearest(to: word, in: ["schedule", "segments", "mapping"]) == guess)
    }
}

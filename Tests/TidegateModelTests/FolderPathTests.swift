import Foundation
import Testing
import TidegateModel

@Suite struct FolderPathTests {
    @Test(arguments: [
        ("/srv/out", "/srv/out"), ("out", "out"), ("", ""), ("/", "/"), (".", "."),
        ("/srv/Kunden ä (1)/.hidden/a..b", "/srv/Kunden ä (1)/.hidden/a..b"),
        ("out/%SEGMENT_NAME%/%DATETIME(yyyy/MM/dd)%", "out/vip/2026/11/21"),
        ("%DATAFLOW_NAME%-%EXPORT_MODE%", "vip-nightly-full"),
        ("/x/%DESTINATION_NAME%/%RUN_ID%", "/x/nightly-drop/0a0b0c0d-0000-0000-0000-000000000004"),
        ("out/%TIMESTAMP%", "out/1795226709"),
        ("100%%/%%SEGMENT_NAME%%/%SEGMENT_NAME%%%", "100%/%SEGMENT_NAME%/vip%"),
        ("${env:ROOT}/%SEGMENT_NAME%", "${env:ROOT}/vip"),
        ("${file:/run/100%/x}/a", "${file:/run/100%/x}/a"), ("a/${env:X", "a/${env:X"),
    ])
    func `a path becomes what its macros name and is itself otherwise`(_ template: String, _ path: String) throws {
        let export = try NamedExport()
        #expect(try FolderPath(template: template).render(export.subject, export.moment) == path)
    }

    @Test(arguments: [
        ("out/%SEGMENT_NAM%", "unknown macro '%SEGMENT_NAM%', did you mean '%SEGMENT_NAME%'?", 4),
        (
            "out/100%", "'%' opens a macro that no second '%' closes; a percent sign itself is written '%%'",
            7
        ),
        ("%DATETIME(yyyy/TT)%", "date pattern 'yyyy/TT' has 'TT', and knows yyyy MM dd HH mm ss", 15),
        ("a/../b", "path 'a/../b' contains '..'", 0), ("..", "path '..' contains '..'", 0),
        ("/..", "path '/..' contains '..'", 0), ("a/./b", "path 'a/./b' contains '.' as a folder", 0),
        ("a//b", "path 'a//b' has two slashes in a row or one at its end", 0),
        ("a/", "path 'a/' has two slashes in a row or one at its end", 0),
        ("a/\u{301}/..", "path 'a/\u{301}/..' contains '..'", 0),
        ("%DATETIME(yyyy//MM)%", "path '%DATETIME(yyyy//MM)%' has two slashes in a row or one at its end", 0),
        ("%DATETIME(yyyy/../MM)%", "path '%DATETIME(yyyy/../MM)%' contains '..'", 0),
        ("a\u{0}b", "path 'a\u{FFFD}b' contains a control character", 0),
        ("a\nb", "path 'a\u{FFFD}b' contains a control character", 0),
    ])
    func `a path that cannot be used is refused with its place`(
        _ template: String, _ message: String, _ place: Int
    ) {
        #expect(throws: FileNameError.malformed(message, at: place)) { try FolderPath(template: template) }
    }

    @Test(arguments: ["a/b", "/etc", "a\\b", "..", ".", "", "a\nb", String(repeating: "s", count: 256)])
    func `what a macro brings is one folder and no other`(name: String) throws {
        var export = try NamedExport()
        export.subject.segment.name = name
        let path = try FolderPath(template: "/srv/%SEGMENT_NAME%")
        #expect(throws: FileNameError.self) { try path.render(export.subject, export.moment) }
    }

    @Test(arguments: [
        ("/srv/out", false), ("/srv/%SEGMENT_NAME%", true), ("a-%SEGMENT_ID%/b", true), ("%%SEGMENT_NAME%%", false),
        ("%DATAFLOW_NAME%/%DATETIME(yyyy)%/%RUN_ID%", false),
    ])
    func `only a macro that names the segment makes paths of segments differ`(template: String, differs: Bool) throws {
        #expect(try FolderPath(template: template).differsBySegment == differs)
    }

    @Test(arguments: [
        ("/srv/out", "/srv/out"), ("/srv/%SEGMENT_NAME%", "/srv"), ("/%SEGMENT_NAME%", "/"),
        ("/srv/x-%SEGMENT_NAME%/y", "/srv"), ("%SEGMENT_NAME%", ""), ("", ""), ("a/b%%/%RUN_ID%", "a/b%"),
        ("${env:ROOT}/%RUN_ID%", "${env:ROOT}"),
    ])
    func `the fixed part ends before the first macro`(_ template: String, _ part: String) throws {
        let path = try FolderPath(template: template)
        #expect(path.fixedPart == part)
        #expect(path.isFixed == !(template.contains("_NAME%") || template.contains("%RUN_ID%")))
    }

    @Test func `escaped text stands for itself`() throws {
        let export = try NamedExport()
        for text in ["a%b", "%SEGMENT_NAME%", "%%", "%", "plain"] {
            let path = try FolderPath(template: FolderPath.escaped(text))
            #expect(try path.render(export.subject, export.moment) == text)
            #expect(path.isFixed)
        }
    }

    @Test func `a destination is placed at another path and otherwise stays`() throws {
        let id = UUID()
        let password = Secret("${env:P}")
        func destination(_ place: Destination.Place) -> Destination { Destination(id: id, name: "x", place: place) }
        let ftp = FTPPlace(host: "h", port: 2121, user: "u", password: password, path: "a", security: .implicit)
        var moved = ftp
        moved.path = "b"
        #expect(destination(.ftp(ftp)).placed(at: "b") == destination(.ftp(moved)))
        for place: Destination.Place in [
            .directory(DirectoryPlace(path: "a")), .s3(S3Place(bucket: "bucket", path: "a", region: "r")),
            .sftp(SFTPPlace(host: "h", user: "u", path: "a", password: password)), .ftp(ftp),
        ] {
            let moved = destination(place).placed(at: "b/c")
            #expect(moved.path == "b/c")
            #expect(moved.placed(at: "a") == destination(place))
        }
        let hook = destination(.webhook(WebhookPlace(url: password, signingKey: password)))
        #expect(hook.placed(at: "b") == hook)
    }
}

@Suite struct PlacedShapeTests {
    @Test(arguments: [
        ("out/%SEGMENT_NAME%", "x", "out/vip", "x", true), ("out/%SEGMENT_NAME%", "x", "out/lapsed", "x", false),
        ("out", "x", "outs", "x", false), ("out/a", "b", "out", "a", false), ("", "a", "", "a", true),
        ("out/%DATETIME(yyyy/MM)%", "x", "out/2026/11", "x", true),
        ("out/%DATETIME(yyyyMM)%", "x", "out/2026/11", "x", false),
        ("out/%RUN_ID%", "x", "out/%RUN_ID%", "x", false), ("out/%RUN_ID%", "x", "out/%SNAPSHOT_ID%", "x", false),
        ("${env:A}", "x", "${env:A}", "x", true), ("${env:A}", "x", "${env:B}", "x", false),
        ("out", "vip", "out", "vip_2", true), ("out_2", "vip", "out", "vip", false),
        ("a%%", "x", "a%%", "x", true),
    ])
    func `two exports collide where some moment gives them one path and name`(
        _ path: String, _ name: String, _ otherPath: String, _ otherName: String, _ equal: Bool
    ) throws {
        let subject = try NamedExport().subject
        let one = FileNameShape(try FileName(template: name), in: try FolderPath(template: path), subject)
        let other = FileNameShape(try FileName(template: otherName), in: try FolderPath(template: otherPath), subject)
        #expect(one.couldEqual(other) == equal)
        #expect(other.couldEqual(one) == equal)
    }
}

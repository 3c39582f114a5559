import Foundation
import Testing

@testable import Transfer

@Suite struct ReadingTests {
    @Test func `a line of MLSD tells name, kind, size and time`() throws {
        let entry = try #require(
            FTPEntry(facts: "Type=file;Size=12;Modify=20261121155930.123;UNIX.mode=0644;  a; b=c .csv"))
        #expect(entry.name == " a; b=c .csv" && entry.kind == .file)
        #expect(entry.status == FTPAccount.Status(size: 12, modifiedAt: 1_795_276_770))
    }

    @Test(arguments: [
        ("type=dir;sizd=4096; d", FTPEntry.Kind.folder), ("type=OS.unix=slink:/etc/passwd; l", .other),
        ("type=OS.unix=symlink; l", .other), ("TYPE=FILE; f", .file), ("size=3; f", nil),
    ])
    func `only a file is a file`(_ line: String, _ kind: FTPEntry.Kind?) throws {
        #expect(try #require(FTPEntry(facts: line)).kind == kind)
    }

    @Test(arguments: ["type=cdir;modify=20260101000000; .", "Type=pdir; ..", "nothing", "Type=CDIR; /home"])
    func `the folder itself is not in it`(_ line: String) {
        #expect(FTPEntry(facts: line) == nil)
    }

    @Test func `a name that begins with an accent is a name`() throws {
        let entry = try #require(FTPEntry(facts: "type=file;size=1; \u{301}a"))
        #expect(Array(entry.name.utf8) == Array("\u{301}a".utf8))
    }

    @Test func `lines end where bytes say so, and not where characters do`() {
        let bytes = Array("a\r\n\u{301}b\r\n\r\nc".utf8)
        #expect(bytes.lines(returns: true).map { Array($0.utf8) } == ["a", "\u{301}b", "c"].map { Array($0.utf8) })
        #expect(bytes.lines().map { Array($0.utf8) } == ["a\r", "\u{301}b\r", "\r", "c"].map { Array($0.utf8) })
    }

    @Test func `a disk that is full is said to be, with what was written`() throws {
        let full = open("/dev/full", O_WRONLY)
        defer { close(full) }
        var writing = Writing()
        let taken = [UInt8](repeating: 7, count: 100).withUnsafeBytes { writing.write($0, to: full) }
        #expect(taken == 0 && writing.count == 0)
        #expect(writing.failure == "no space left on device")
    }
}

import Destinations
import Foundation
import Testing
import TidegateModel

extension DropOffContract {
    static let listing: [Clause] = [
        Clause("an empty place has no files", brokenBy: [.inventsFiles]) { fixture in
            let files = try await fixture.place.files()
            #expect(files == [])
        },
        Clause(
            "the files of the place and of its days are listed by name, with their sizes and times",
            brokenBy: [.missesDays, .inventsSizes, .forgetsTimes, .listsInNoOrder]
        ) { fixture in
            let later = DropOffFixture.written + .seconds(3601)
            try fixture.drop([1, 2, 3], "ftp_dpm_2_1366545717.sync")
            try fixture.drop(FileDestinationContract.pattern(100_000), "ftp_dpm_1_1366545717.sync.gz", at: later)
            try fixture.drop([], "date=2026-11-21/ftp_dpm_1_1366545717.sync")
            try fixture.drop([1], "date=2024-02-29/ftp_dpm_1_1366545717.overwrite", at: later)
            let files = try await fixture.place.files()
            #expect(
                files == [
                    fixture.dropped("date=2024-02-29/ftp_dpm_1_1366545717.overwrite", 1, at: later),
                    fixture.dropped("date=2026-11-21/ftp_dpm_1_1366545717.sync", 0),
                    fixture.dropped("ftp_dpm_1_1366545717.sync.gz", 100_000, at: later),
                    fixture.dropped("ftp_dpm_2_1366545717.sync", 3),
                ])
        },
        Clause(
            "what is no day's folder is not looked into, and no folder is a file",
            brokenBy: [.listsOtherFolders, .listsFolders, .listsRejected]
        ) { fixture in
            try fixture.drop([1], "seen")
            try fixture.drop([1], "date=2026-11-21/seen")
            for folder in [
                "rejected", "rejected/date=2026-11-21", "other", "date=", "date=2026-02-30", "date=2026-13-01",
                "date=2026-1-1", "date=2026-11-21 ", "xdate=2026-11-21", "Date=2026-11-21", "date=2026-11-21x",
                "date=20261121", "date=2026-11-21/deeper", "date=2026-11-21/date=2026-11-21",
                "date=2026-11-21/rejected", "date=..",
            ] {
                try fixture.drop([1], "\(folder)/unseen")
            }
            try fixture.backDoor.makeFolder("empty")
            try fixture.backDoor.makeFolder("date=2026-11-22")
            try fixture.backDoor.makeFolder("date=2026-11-21/empty")
            let names = try await fixture.place.files().map(\.name)
            #expect(names == ["date=2026-11-21/seen", "seen"])
        },
        Clause(
            "hidden names are left out, and unfinished files and receipts are not",
            brokenBy: [.listsHidden, .leavesOutReceipts]
        ) { fixture in
            let seen = ["a.filepart", "a.part", "a.receipt.json", "a.tmp"]
            for folder in ["", "date=2026-11-21/"] {
                for name in seen + [".a", ".ftp_dpm_1_1366545717.sync", "..a"] { try fixture.drop([1], folder + name) }
            }
            let names = try await fixture.place.files().map(\.name)
            #expect(names == seen + seen.map { "date=2026-11-21/" + $0 })
        },
        Clause("names are listed as they are, whatever is in them", brokenBy: [.changesNames]) { fixture in
            for name in fixture.oddNames { try fixture.drop([1, 2], name) }
            let names = try await fixture.place.files().map(\.name)
            // By bytes: as texts, names are the same where they only look the same.
            #expect(names.map { Array($0.utf8) } == fixture.oddNames.map { Array($0.utf8) })
        },
        Clause("however many files there are, all are listed", brokenBy: [.missesLaterFiles]) { fixture in
            let names = (0..<fixture.many).map { "ftp_dpm_1_\(1_366_545_717 + $0).sync" }
            for name in names { try fixture.drop([1], name) }
            let files = try await fixture.place.files()
            #expect(files.map(\.name) == names)
            #expect(files.allSatisfy { $0.size == 1 && $0.modifiedAt == DropOffFixture.written })
        },
        Clause("a listing tells what is there now", brokenBy: [.remembersListings]) { fixture in
            try fixture.drop([1], "first")
            let before = try await fixture.place.files()
            try fixture.drop([1], "second")
            try fixture.drop([1, 2], "first")
            let after = try await fixture.place.files()
            #expect(before == [fixture.dropped("first", 1)])
            #expect(after == [fixture.dropped("first", 2), fixture.dropped("second", 1)])
        },
        Clause("a check tells what it found and leaves nothing behind", brokenBy: [.leavesItsProbe]) { fixture in
            try fixture.drop([1], "there")
            let sentence = try await fixture.place.check()
            let names = try fixture.backDoor.names()
            #expect(sentence.contains("1 file") && names == ["there"])
        },
    ]
}

import Destinations
import Foundation
import Testing
import TidegateModel
import TidegateTesting

@Suite struct FTPDestinationTests {
    let staging: TemporaryFolder
    let fence = Fence(run: UUID(), attempt: 1)

    init() throws {
        staging = try TemporaryFolder()
    }

    private func staged(_ text: String, as name: String = "file.csv") throws -> StagedFile {
        let path = try staging.write(text, to: UUID().uuidString)
        return StagedFile(path: path, name: name, rows: 1, size: text.utf8.count, sha256: "")
    }

    private func names(_ server: LocalServer) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: server["root"]).sorted()
    }

    private func commands(_ server: LocalServer) throws -> [String] {
        try String(contentsOfFile: server["log"], encoding: .utf8).split(separator: "\n").map(String.init)
    }

    private func refused(
        _ place: FTPPlace, _ work: (any FileDestination) async throws -> Void
    ) async throws -> String {
        let destination = try FTPFixture.open(place)
        let error = await #expect(throws: DeliveryError.self) { try await work(destination) }
        guard case .rejected(let sentence) = error else {
            Issue.record("\(String(describing: error)) instead of a rejection")
            return ""
        }
        return sentence
    }

    @Test func `a data connection cut short but answered with 226 publishes nothing`() async throws {
        let server = try FTPFixture.liar("cut", .explicit)
        let destination = try FTPFixture.open(FTPFixture.place(server, .explicit))
        let expected = DeliveryError.transient("FTP server '127.0.0.1' has 3 bytes of 'file.csv', which has 6")
        let file = try staged("abcdef")
        await #expect(throws: expected) { try await destination.deliver(file, fence: fence) }
        #expect(try names(server) == [])
    }

    @Test func `a server that does not tell sizes is rejected, because it could hide a file cut short`() async throws {
        let server = try FTPFixture.liar("no-sizes", .none)
        let file = try staged("abc")
        let sentence = try await refused(FTPFixture.place(server, .none)) {
            _ = try await $0.deliver(file, fence: fence)
        }
        #expect(sentence.contains("does not tell sizes"))
        #expect(try names(server) == [])
    }

    @Test func `plain FTP is refused before anything is connected to`() async throws {
        let server = try FTPFixture.liar(nil, .none)
        let place = FTPFixture.place(server, .none) { $0.allowPlaintext = false }
        let sentence = try await refused(place) { _ = try await $0.check() }
        #expect(sentence.contains("allowPlaintext"))
        #expect(try commands(server) == [])
    }

    @Test func `a file goes in binary mode, under a hidden name, and is renamed after its size was asked`() async throws
    {
        let server = try FTPFixture.liar(nil, .none)
        _ = try await FTPFixture.open(FTPFixture.place(server, .none)).deliver(try staged("abc"), fence: fence)
        let verbs = try commands(server).map { String($0.split(separator: " ")[1]) }
        let order = ["TYPE", "STOR", "SIZE", "RNFR", "RNTO"].map { verbs.firstIndex(of: $0) ?? -1 }
        #expect(order == order.sorted() && !order.contains(-1))
        #expect(try commands(server).contains { $0.hasSuffix("TYPE I") })
        #expect(try !commands(server).contains { $0.hasSuffix("STOR file.csv") || $0.hasSuffix("TYPE A") })
    }

    @Test func `a server that does not answer the new name leaves the delivery uncertain, and its receipt settles it`()
        async throws
    {
        for (lie, size) in [("lost-rnto", 3 as Int?), ("lost-rename", nil)] {
            let server = try FTPFixture.liar(lie, .none, once: true)
            let destination = try FTPFixture.open(FTPFixture.place(server, .none))
            let file = try staged("abc")
            let error = await #expect(throws: DeliveryError.self) { try await destination.deliver(file, fence: fence) }
            guard case .uncertain = error else {
                Issue.record("\(lie): \(String(describing: error))")
                continue
            }
            #expect(try await destination.receipt(for: "file.csv")?.size == size)
        }
    }

    @Test func `a connection lost before the new name was asked for is transient`() async throws {
        let server = try FTPFixture.liar("lost-rnfr", .none, once: true)
        let destination = try FTPFixture.open(FTPFixture.place(server, .none))
        let file = try staged("abc")
        let error = await #expect(throws: DeliveryError.self) { try await destination.deliver(file, fence: fence) }
        guard case .transient = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func `a server that does not replace files gets the old one removed first`() async throws {
        let server = try FTPFixture.liar("keeps-taken", .none)
        let destination = try FTPFixture.open(FTPFixture.place(server, .none))
        _ = try await destination.deliver(try staged("old"), fence: fence)
        _ = try await destination.deliver(try staged("newer"), fence: fence)
        #expect(try await destination.receipt(for: "file.csv")?.size == 5)
        #expect(try names(server) == ["file.csv"])
    }

    @Test func `hidden files are found for sweeping also where the server does not list them with facts`() async throws
    {
        let server = try FTPFixture.liar("no-mlsd", .none)
        let left = TemporaryName(fence, for: "file.csv").text
        try Data("x".utf8).write(to: URL(filePath: server["root"] + "/" + left))
        let destination = try FTPFixture.open(FTPFixture.place(server, .none))
        #expect(try await destination.sweep(before: Fence(run: fence.run, attempt: 2)) == 1)
        #expect(try names(server) == [])
    }

    @Test func `hidden files that a server never lists are swept by what the journal notes`() async throws {
        let server = try FTPFixture.liar("hides", .none)
        let (left, uploads) = (TemporaryName(fence, for: "file.csv").text, UploadJournal.inMemory())
        try Data("x".utf8).write(to: URL(filePath: server["root"] + "/" + left))
        try uploads.note("file.csv", left)
        let destination = try FTPFixture.open(FTPFixture.place(server, .none), uploads)
        #expect(try await destination.sweep(before: Fence(run: fence.run, attempt: 2)) == 1)
        #expect(try names(server) == [])
        #expect(try uploads.names() == [])
    }

    @Test func `the address that a server names for data is not gone to`() async throws {
        let server = try FTPFixture.liar("elsewhere", .none)
        let receipt = try await FTPFixture.open(FTPFixture.place(server, .none)).deliver(
            try staged("abc"), fence: fence)
        #expect(receipt.size == 3)
    }

    @Test func `a server without room is transient, and one that is too busy too`() async throws {
        for lie in ["quota", "busy"] {
            let server = try FTPFixture.liar(lie, .none)
            let destination = try FTPFixture.open(FTPFixture.place(server, .none))
            let file = try staged("abc")
            let error = await #expect(throws: DeliveryError.self) { try await destination.deliver(file, fence: fence) }
            guard case .transient = error else {
                Issue.record("\(lie): \(String(describing: error))")
                continue
            }
        }
    }

    @Test func `no TLS where it is demanded, and a certificate of strangers, are rejected with what to do`()
        async throws
    {
        let liar = try FTPFixture.liar("no-tls", .explicit)
        let none = try await refused(FTPFixture.place(liar, .explicit)) { _ = try await $0.check() }
        #expect(none.contains("offers no TLS: set 'tls' to implicit"))
        #expect(try !commands(liar).contains { $0.contains("USER") || $0.contains("PASS") })

        let server = try LocalServer.shared("proftpd")
        for security in [FTPPlace.Security.explicit, .implicit] {
            let place = FTPFixture.place(server, security) { $0.caFile = server["strangerCAFile"] }
            let sentence = try await refused(place) { _ = try await $0.check() }
            #expect(sentence.contains("certificate is not trusted") && sentence.contains("set 'caFile'"))
            let other = FTPFixture.place(server, security) { $0.host = "localhost" }
            #expect(try await refused(other) { _ = try await $0.check() }.contains("is for another name: write 'host'"))
        }
    }

    @Test func `what a server repeats of a login is in no sentence`() async throws {
        let server = try FTPFixture.liar("echoes", .none)
        let sentence = try await refused(FTPFixture.place(server, .none)) { _ = try await $0.check() }
        #expect(sentence == "FTP server '127.0.0.1' refuses the login of 'tide', it answered 530")
    }

    @Test(arguments: ["in\r\nDELE precious", "a\nb", "nul\0"])
    func `a path, user or password with a line end reaches no command`(_ text: String) async throws {
        let server = try FTPFixture.liar(nil, .none)
        for change: (inout FTPPlace) -> Void in [
            { $0.path = text }, { $0.user = text }, { $0.password = Secret(text) }, { $0.host += text },
        ] {
            let sentence = try await refused(FTPFixture.place(server, .none, change)) { _ = try await $0.check() }
            #expect(sentence.contains("control character"))
        }
        #expect(try commands(server) == [])
    }

    @Test(arguments: ["-r", "per%cent", "quo\"te", "客户 🌊", "a;type=a", "./deep//er/"])
    func `a folder of any name takes files`(_ path: String) async throws {
        let server = try FTPFixture.liar(nil, .none)
        let destination = try FTPFixture.open(FTPFixture.place(server, .none, path: path))
        _ = try await destination.deliver(try staged("abc"), fence: fence)
        #expect(try await destination.receipt(for: "file.csv")?.size == 3)
        let path = path.replacing("//", with: "/")
        #expect(FileManager.default.fileExists(atPath: server["root"] + "/" + path + "/file.csv"))
    }

    @Test func `an absolute path begins at the server's root, and a check says what it found`() async throws {
        let server = try LocalServer.shared("proftpd")
        let path = server["root"] + "/absolute-\(UUID().uuidString)/a"
        let destination = try FTPFixture.open(FTPFixture.place(server, .explicit, path: path))
        let before = try await destination.check()
        #expect(before.hasSuffix("is missing and can be made for 'tide', over TLS"))
        #expect(try await destination.deliver(try staged("abc"), fence: fence).path == path)
        #expect(try await destination.check().hasSuffix("is writable for 'tide', over TLS"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: path) == ["file.csv"])
    }

    @Test func `no more connections are made at once than the place allows`() async throws {
        let server = try FTPFixture.liar(nil, .none)
        let destination = try FTPFixture.open(FTPFixture.place(server, .none) { $0.connections = 2 })
        let files = try (0..<8).map { try staged("abc", as: "many-\($0).csv") }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for file in files { group.addTask { _ = try await destination.deliver(file, fence: fence) } }
            try await group.waitForAll()
        }
        let peak = try #require(Int(String(contentsOfFile: server["peak"], encoding: .utf8)))
        #expect((1...2).contains(peak))
        #expect(try names(server).count == 8)
    }
}

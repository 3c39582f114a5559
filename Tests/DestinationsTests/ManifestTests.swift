import Destinations
import Foundation
import Testing
import TidegateModel

@Suite struct ManifestTests {
    private func manifest(_ files: [DeliveredFile]) throws -> Manifest {
        Manifest(
            dataflow: try #require(UUID(uuidString: "0AC8F3C0-29BD-40AA-82C1-F1B7E0657B19")),
            run: try #require(UUID(uuidString: "5FAB4EBD-8B5B-44C6-9B0C-BD7B2F4A0E00")),
            scheduledTime: try #require(Instant(iso: "2026-11-21T02:00:00Z")),
            snapshot: try #require(UUID(uuidString: "9B0CBD7B-0000-4000-8000-00000000ABCD")),
            files: files
        )
    }

    @Test func `a manifest is these bytes`() throws {
        let files = [
            DeliveredFile(path: "/outbox", name: "vip.csv", rows: 2, size: 145_854, sha256: "ab12"),
            DeliveredFile(path: "/outbox", name: "vip_2.csv", rows: 0, size: 0, sha256: "cd34"),
        ]
        let expected = """
            {"flowRunId":"5fab4ebd-8b5b-44c6-9b0c-bd7b2f4a0e00","scheduledTime":"2026-11-21T02:00:00Z",\
            "snapshotId":"9b0cbd7b-0000-4000-8000-00000000abcd","exportResults":[\
            {"sinkPath":"/outbox","name":"vip.csv","size":145854,"rows":2,"sha256":"ab12"},\
            {"sinkPath":"/outbox","name":"vip_2.csv","size":0,"rows":0,"sha256":"cd34"}]}

            """
        #expect(String(decoding: try manifest(files).encoded(), as: UTF8.self) == expected)
    }

    @Test func `its name is in lower case, as every id is`() throws {
        #expect(
            try manifest([]).name
                == "manifest-0ac8f3c0-29bd-40aa-82c1-f1b7e0657b19-5fab4ebd-8b5b-44c6-9b0c-bd7b2f4a0e00.json"
        )
        #expect(FileName.problem(with: try manifest([]).name) == nil)
    }

    @Test func `strange names survive the JSON`() throws {
        let name = "quote\" back\\ tab\t bell\u{7} emoji 🌊 nfd e\u{301} / \u{2028}"
        let bytes = try manifest([DeliveredFile(path: "/o\"x", name: name, rows: 1, size: 1, sha256: "")]).encoded()
        let json = try #require(JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
        let results = try #require(json["exportResults"] as? [[String: Any]])
        #expect((results[0]["name"] as? String).map { Array($0.utf8) } == Array(name.utf8))
        #expect(results[0]["sinkPath"] as? String == "/o\"x")
        #expect(Set(results[0].keys) == ["sinkPath", "name", "size", "rows", "sha256"])
    }
}

@Suite struct TemporaryNameTests {
    private let fence = Fence(run: UUID(), attempt: 12)

    @Test(arguments: ["a.csv", "a-1-b.part", String(repeating: "n", count: 255), "é🌊", "-"])
    func `a temporary name tells its fence again`(_ name: String) {
        let temporary = TemporaryName(fence, for: name)
        #expect(TemporaryName(text: temporary.text) == temporary)
        #expect(temporary.text.utf8.count <= 255)
        #expect(temporary.text.hasPrefix(".tidegate-\(fence.run.uuidString.lowercased())-12-"))
    }

    @Test func `a temporary name is readable where there is room, and never twice the same`() {
        #expect(TemporaryName(fence, for: "vip.csv").text.hasSuffix("-12-vip.csv.part"))
        let long = String(repeating: "n", count: 250)
        #expect(TemporaryName(fence, for: long + "1.csv").text != TemporaryName(fence, for: long + "2.csv").text)
        let next = Fence(run: fence.run, attempt: 13)
        #expect(TemporaryName(fence, for: long).text != TemporaryName(next, for: long).text)
    }

    @Test(arguments: [
        "", "a.csv", ".tidegate-.part", ".tidegate-check-x", ".tidegate-5fab4ebd-8b5b-44c6-9b0c-bd7b2f4a0e00-1.part",
        ".tidegate-5fab4ebd-8b5b-44c6-9b0c-bd7b2f4a0e00-x-a.csv.part",
        ".tidegate-5fab4ebd-8b5b-44c6-9b0c-bd7b2f4a0e00-1-a.csv",
        "x.tidegate-5fab4ebd-8b5b-44c6-9b0c-bd7b2f4a0e00-1-a.csv.part",
    ])
    func `no other name is taken for one`(_ text: String) {
        #expect(TemporaryName(text: text) == nil)
    }
}

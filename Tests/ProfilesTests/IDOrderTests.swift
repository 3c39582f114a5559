import Testing
import TidegateTesting

@testable import Profiles

@Suite struct IDOrderTests {
    @Test(arguments: 0..<200) func `a batch is in the order of its bytes, equal ids in the order they came`(
        seed: UInt64
    ) {
        var random = SeededGenerator(seed: seed)
        let beginning = [UInt8](repeating: 0x41, count: .random(in: 0...9, using: &random))
        let letters = UInt8.random(in: 1...3, using: &random)
        let ids = (0..<Int.random(in: 0...60, using: &random)).map { _ in
            let rest = (0..<Int.random(in: 0...12, using: &random)).map { _ in
                [0, 0x41, 0xFF][Int(UInt8.random(in: 0..<letters, using: &random))]
            }
            return beginning + rest.map { UInt8($0) }
        }
        let batch = IdentityBatch(capacity: 16)
        for id in ids { id.withUnsafeBytes { batch.append($0) } }
        let expected = ids.indices.sorted { left, right in
            guard ids[left] != ids[right] else { return left < right }
            return ids[left].lexicographicallyPrecedes(ids[right])
        }
        #expect(batch.ascending() == expected)
    }
}

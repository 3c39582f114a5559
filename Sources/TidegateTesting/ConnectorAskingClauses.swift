import Destinations
import Foundation
import Testing
import TidegateModel

extension ConnectorContract {
    static let asking: [Clause] = [
        Clause("a check changes nothing and names what it found", brokenBy: [.checkWrites, .checkNamesNothing]) {
            fixture in
            let sentence = try await fixture.connector.check(list: fixture.list)
            fixture.expectClean(sentence)
            for name in fixture.found { #expect(sentence.contains(name), "'\(sentence)' does not name \(name)") }
            let (held, members) = (try await fixture.holdings(), try await fixture.backDoor.members())
            #expect(held == [] && members == [])
        },
        Clause(
            "a list that is not there is rejected, by a check and before anything is sent", requires: [.lists],
            brokenBy: [.believesEveryList]
        ) { fixture in
            let checked = await #expect(throws: DeliveryError.self) {
                try await fixture.connector.check(list: fixture.missingList)
            }
            #expect(checked?.isRejected == true)
            var elsewhere = fixture
            elsewhere.list = fixture.missingList
            let push = elsewhere.push()
            let opened = await #expect(throws: DeliveryError.self) { _ = try await fixture.connector.open(push) }
            #expect(opened?.isRejected == true)
        },
        Clause(
            "a wrong key is rejected, and no sentence holds it", requires: [.keys],
            brokenBy: [.believesEveryKey, .showsTheKey]
        ) { fixture in
            let stranger = fixture.stranger
            let checked = await #expect(throws: DeliveryError.self) { try await stranger.check(list: fixture.list) }
            #expect(checked?.isRejected == true)
            fixture.expectClean(checked?.sentence ?? "")
            let sent = await #expect(throws: DeliveryError.self) {
                let session = try await stranger.open(fixture.push())
                let people = try fixture.people(session)
                _ = try await session.send(batch(people))
            }
            #expect(sent?.isRejected == true)
            fixture.expectClean(sent?.sentence ?? "")
            let held = try await fixture.holdings()
            #expect(held == [])
        },
        Clause("opening a push changes nothing", brokenBy: [.openWrites]) { fixture in
            _ = try await fixture.session(profiles: 1000)
            let (held, members) = (try await fixture.holdings(), try await fixture.backDoor.members())
            #expect(held == [] && members == [])
        },
    ]

    static let removing: [Clause] = [
        Clause(
            "removing takes members off the list, and leaves others there", requires: [.removal],
            brokenBy: [.removesNothing, .removesEveryone]
        ) { fixture in
            let session = try await fixture.session()
            let settled = try await fixture.settle(session, fixture.people(session, 1...4))
            try await fixture.remove([2, 3], settled, session)
            let members = try await fixture.backDoor.members().sorted()
            #expect(members == [1, 4].map(ConnectorFixture.address))
        },
        Clause(
            "who is taken off a list is still a contact", requires: [.removal, .lists], brokenBy: [.deletesContacts]
        ) { fixture in
            let session = try await fixture.session()
            let settled = try await fixture.settle(session, fixture.people(session, 1...3))
            try await fixture.remove([2], settled, session)
            let held = try await fixture.holdings().map(\.identity)
            #expect(held == (1...3).map(ConnectorFixture.address))
        },
        Clause(
            "removing someone again, or someone who was never there, is no error", requires: [.removal],
            brokenBy: [.missesWhoIsGone]
        ) { fixture in
            let session = try await fixture.session()
            let settled = try await fixture.settle(session, fixture.people(session, 1...3))
            try await fixture.remove([2], settled, session)
            try await fixture.remove([2, 3], settled, session)
            try await fixture.remove([9], settled, session)
            let members = try await fixture.backDoor.members()
            #expect(members == [ConnectorFixture.address(1)])
        },
    ]
}

extension ConnectorFixture {
    /// Takes sample persons off the list, and waits until the receiver has done it.
    func remove(_ numbers: [Int], _ settled: Settled, _ session: any PushSession) async throws {
        let members = numbers.map(Self.address).map {
            ListMember(identity: $0, receiverID: settled.receiverIDs[$0])
        }
        switch try await session.remove(members) {
        case .taken(let rejected, _): #expect(rejected == [])
        case .accepted(let job): _ = try await finish(job, session)
        case .refusedRows, .refusedWhole: Issue.record("a removal is refused")
        }
    }
}

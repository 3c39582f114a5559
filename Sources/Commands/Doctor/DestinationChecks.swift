import Destinations
import Engine
import Foundation
import TidegateModel

/// Connects to every destination that the job files declare, whether or not a dataflow runs to it.
struct DestinationChecks: Sendable {
    private let spec: JobSpec
    private let check: DestinationCheck

    init(_ spec: JobSpec, clock: any WallClock) {
        self.init(spec, DestinationCheck(clock: clock))
    }

    init(_ spec: JobSpec, _ check: DestinationCheck) {
        self.spec = spec
        self.check = check
    }

    /// One check that is made: of a connector one for each list that dataflows use, and one for those without a list; of
    /// anything else just one.
    private struct Question: Sendable {
        let destination: Destination
        let list: String?
        /// Those that go to the connector, and there to the list.
        let dataflows: [Dataflow]
    }

    /// In the order of the job files: for each check what was answered, and for each dataflow to a connector whether a
    /// run of it would find its list and its fields there.
    ///
    /// All checks are made at once, so that together they take no longer than the slowest.
    func findings() async -> [DoctorFinding] {
        let questions = spec.destinations.flatMap(questions(about:))
        let answers = await withTaskGroup(of: (Int, DestinationCheck.Answers).self) { group in
            for (index, question) in questions.enumerated() {
                let pushes = question.dataflows.map { $0.push(run: UUID(), profiles: 0, schema: spec.profile) }
                group.addTask {
                    (index, await check(question.destination, list: question.list, opening: pushes))
                }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        return questions.enumerated().flatMap { index, question in
            answers[index].map { findings(question, $0) } ?? []
        }
    }

    private func questions(about destination: Destination) -> [Question] {
        guard destination.isConnector else { return [Question(destination: destination, list: nil, dataflows: [])] }
        let users = spec.dataflows.filter { $0.destination == destination.name }
        var lists: [String?] = []
        for list in users.map({ $0.push?.list }) where !lists.contains(list) { lists.append(list) }
        guard !lists.isEmpty else { return [Question(destination: destination, list: nil, dataflows: [])] }
        return lists.map { list in
            Question(destination: destination, list: list, dataflows: users.filter { $0.push?.list == list })
        }
    }

    private func findings(_ question: Question, _ answers: DestinationCheck.Answers) -> [DoctorFinding] {
        let (list, check) = (question.list.map { "list '\($0)'" }, answers.check)
        let subject = "destination \(question.destination.name)" + (question.list.map { ", list \($0)" } ?? "")
        let dataflows = question.dataflows.enumerated().map { index, dataflow in
            let subject = "dataflow \(dataflow.name)"
            guard check.isYes else {
                return DoctorFinding(subject, ok: false, "\(list ?? "mapping") is not confirmed: \(check.sentence)")
            }
            let push = answers.pushes[index]
            let fits = list.map { "\($0) exists, and the mapping fits" } ?? "mapping fits"
            return DoctorFinding(subject, ok: push.isYes, push.isYes ? fits : push.sentence)
        }
        return [DoctorFinding(subject, ok: check.isYes, check.sentence)] + dataflows
    }
}

/// Asks one destination whether it can be reached and used, changing nothing there.
struct DestinationCheck: Sendable {
    /// How long an answer is waited for.
    static let patience = Span.seconds(30)

    let clock: any WallClock
    /// Fills the references in and opens the destination.
    let open: @Sendable (Destination) throws -> OpenDestination

    struct Answer: Sendable, Equatable {
        let isYes: Bool
        /// What the destination answered, or why it could not be used.
        let sentence: String
        /// How long the destination asks to be left alone, where that is all that is wrong.
        var wait: Span?

        /// Why nothing can be sent there at `now`; nil where the check went well.
        func failure(of destination: String, at now: Instant) -> Failure? {
            guard !isYes else { return nil }
            let sentence = "destination '\(destination)' did not pass its check: \(sentence)"
            guard let wait else { return Failure(.unreachable, sentence) }
            // Shown to the second, and never before the time that was asked for.
            let time = (now + wait + .milliseconds(999)).flooredToSecond
            return Failure(.refused, "\(sentence); try again after \(time)")
        }
    }

    struct Answers: Sendable {
        let check: Answer
        /// In the order of the pushes; none where the check failed.
        let pushes: [Answer]
    }

    init(clock: any WallClock) {
        let means = DeliveryMeans(clock: clock)
        self.init(clock: clock) { try $0.resolved().placedAtFixedPart().open(means) }
    }

    init(clock: any WallClock, open: @escaping @Sendable (Destination) throws -> OpenDestination) {
        self.clock = clock
        self.open = open
    }

    func callAsFunction(_ destination: Destination, list: String?) async -> Answer {
        await self(destination, list: list, opening: []).check
    }

    /// Opens each push too, once the check went well: list and fields are looked up, nothing is sent.
    ///
    /// All of it together takes no longer than the patience.
    func callAsFunction(_ destination: Destination, list: String?, opening pushes: [Push]) async -> Answers {
        let deadline = clock.now() + Self.patience
        let check = await answer(until: deadline) { try await open(destination).check(list: list) }
        guard check.isYes else { return Answers(check: check, pushes: []) }
        var opened: [Answer] = []
        for push in pushes {
            let answer = await answer(until: deadline) {
                if case .connector(let connector) = try open(destination) { _ = try await connector.open(push) }
                return "opened"
            }
            opened.append(answer)
        }
        return Answers(check: check, pushes: opened)
    }

    /// Asks the place of a drop-off whether it can be listed, and GnuPG whether it can read the key; nil for other sources.
    ///
    /// Its place must not be another's of `sources`.
    func callAsFunction(_ source: Source, beside sources: [Source]) async -> Answer? {
        guard source.dropOff != nil else { return nil }
        return await answer(until: clock.now() + Self.patience) { [clock] in
            let source = try source.resolved(beside: sources)
            guard let dropOff = source.dropOff,
                let place = dropOff.place.openDropOff(DeliveryMeans(clock: clock), named: source.name)
            else { throw DeliveryError.rejected("no files arrive there") }
            let found = try await place.check()
            if let problem = dropOff.problemOfDecryption() { throw DeliveryError.rejected(problem) }
            return found
        }
    }

    private func answer(
        until deadline: Instant, to question: @escaping @Sendable () async throws -> String
    ) async -> Answer {
        let answer = await withPatience(until: deadline) {
            do {
                return Answer(isYes: true, sentence: try await question())
            } catch let error as DeliveryError {
                return Answer(isYes: false, sentence: error.sentence, wait: error.wait)
            } catch {
                return Answer(isYes: false, sentence: "\(error)")
            }
        }
        return answer ?? Answer(isYes: false, sentence: "did not answer within \(Self.patience.milliseconds / 1000) s")
    }

    /// What `question` comes to; nil where it takes too long. Then it is cancelled and not waited for, because a file
    /// system that hangs cannot be interrupted.
    private func withPatience(
        until deadline: Instant, _ question: @escaping @Sendable () async -> Answer
    ) async -> Answer? {
        let (answers, answer) = AsyncStream<Answer?>.makeStream()
        let asking = Task { answer.yield(await question()) }
        let waiting = Task {
            guard (try? await clock.sleep(until: deadline)) != nil else { return }
            answer.yield(nil)
        }
        defer {
            asking.cancel()
            waiting.cancel()
        }
        for await first in answers { return first }
        return nil
    }
}

extension DeliveryError {
    /// How long the destination asks to be left alone.
    fileprivate var wait: Span? {
        guard case .transient(_, let retryAfter) = self else { return nil }
        return retryAfter
    }
}

extension Destination {
    /// In the folder that is there whatever the run: the one above the first macro of the path.
    func placedAtFixedPart() throws(FileNameError) -> Destination {
        guard let path else { return self }
        let fixed = try FolderPath(template: path).fixedPart
        if case .s3 = place { return placed(at: fixed) }
        // Where a login lands; for a bucket, its root is the empty path.
        return placed(at: fixed.isEmpty ? "." : fixed)
    }
}

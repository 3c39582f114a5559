import Destinations
import Engine
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

    /// One check that is made: of a connector one for each list that dataflows use, of anything else just one.
    private struct Question: Sendable {
        let destination: Destination
        let list: String?
        /// Those that use the list.
        let dataflows: [String]
    }

    /// In the order of the job files: for each check what was answered, and for each dataflow that uses a list whether
    /// there is such a list.
    ///
    /// All checks are made at once, so that together they take no longer than the slowest.
    func findings() async -> [DoctorFinding] {
        let questions = spec.destinations.flatMap(questions(about:))
        let answers = await withTaskGroup(of: (Int, DestinationCheck.Answer).self) { group in
            for (index, question) in questions.enumerated() {
                group.addTask { (index, await check(question.destination, list: question.list)) }
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
        var lists: [String] = []
        for case let list? in users.map({ $0.push?.list }) where !lists.contains(list) { lists.append(list) }
        guard !lists.isEmpty else { return [Question(destination: destination, list: nil, dataflows: [])] }
        return lists.map { list in
            let dataflows = users.filter { $0.push?.list == list }.map(\.name)
            return Question(destination: destination, list: list, dataflows: dataflows)
        }
    }

    private func findings(_ question: Question, _ answer: DestinationCheck.Answer) -> [DoctorFinding] {
        let subject = "destination \(question.destination.name)"
        guard let list = question.list else { return [DoctorFinding(subject, ok: answer.isYes, answer.sentence)] }
        let detail = answer.isYes ? "list '\(list)' exists" : "list '\(list)' is not confirmed: \(answer.sentence)"
        return [DoctorFinding("\(subject), list \(list)", ok: answer.isYes, answer.sentence)]
            + question.dataflows.map { DoctorFinding("dataflow \($0)", ok: answer.isYes, detail) }
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
        let answer = await withPatience {
            do {
                return Answer(isYes: true, sentence: try await open(destination).check(list: list))
            } catch let error as DeliveryError {
                return Answer(isYes: false, sentence: error.sentence)
            } catch {
                return Answer(isYes: false, sentence: "\(error)")
            }
        }
        return answer ?? Answer(isYes: false, sentence: "did not answer within \(Self.patience.milliseconds / 1000) s")
    }

    /// What `question` comes to; nil where it takes too long. Then it is cancelled and not waited for, because a file
    /// system that hangs cannot be interrupted.
    private func withPatience(_ question: @escaping @Sendable () async -> Answer) async -> Answer? {
        let (answers, answer) = AsyncStream<Answer?>.makeStream()
        let asking = Task { answer.yield(await question()) }
        let deadline = clock.now() + Self.patience
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

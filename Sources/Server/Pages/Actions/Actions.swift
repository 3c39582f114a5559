import Foundation
import Hummingbird
import Store
import TidegateModel

/// What people do from the pages. Each wish is noted in the audit, whether it was done or refused.
struct Actions: Sendable {
    let desk: Desk
    let outcomes: FormOutcomes

    /// One wish, before it is looked at.
    struct Wish: Sendable {
        var action: AuditEntry.Action
        /// As the audit has it.
        var subject: String
        var scope: Scope
        /// Where its page is.
        var path: String
    }

    /// Checks that the form came from a page of the caller's session and that its scope allows the wish, acts once however
    /// often the form is sent, and leads to where the outcome is.
    ///
    /// - Parameter act: does it; a refusal is thrown as a ``Refusal``.
    func take(
        _ wish: Wish, _ request: Request, _ call: Call,
        _ act: @Sendable (SentForm, Caller) async throws -> FormOutcome
    ) async throws -> Response {
        guard let caller = call.caller else { throw Fault.noToken }
        let form = try await SentForm(request)
        guard request.isFromOwnPage, form.belongs(to: call) else {
            try note(wish, caller, refusal: "form was not made for this session")
            throw PageFault(
                status: .forbidden, title: "Not allowed",
                sentence: "The form was not made for this session. Load its page again and repeat.",
                links: [("Back", wish.path)]
            )
        }
        guard caller.scope >= wish.scope else {
            let fault = Fault.notAllowed(wish.scope)
            try note(wish, caller, refusal: fault.sentence)
            throw fault
        }
        let once = form[FormFields.once] ?? ""
        // What is longer than what forms have is not worth remembering.
        guard let session = call.session, 1...64 ~= once.utf8.count else {
            return try plain(try await decide(wish, caller) { try await act(form, caller) })
        }
        let outcome = try await outcomes.outcome(of: session.name + once) {
            try await decide(wish, caller) { try await act(form, caller) }
        }
        guard outcome.message != nil else { return .seeOther(outcome.path) }
        return .seeOther("\(outcome.path)?answer=\(once.escapedForURL)")
    }

    /// What a page is to say about the form that led to it, by the query of its address.
    func message(_ request: Request, _ call: Call) -> Layout.Message? {
        guard let session = call.session, let once = request.uri.queryParameters["answer"] else { return nil }
        return outcomes.message(of: session.name + once)
    }

    /// Without a session there is no page that could say later what was refused.
    private func plain(_ outcome: FormOutcome) throws -> Response {
        if case .refused(let sentence) = outcome.message { throw PageFault.refused(sentence, backTo: outcome.path) }
        return .seeOther(outcome.path)
    }

    private func decide(_ wish: Wish, _ caller: Caller, _ act: () async throws -> FormOutcome) async throws
        -> FormOutcome
    {
        do {
            let outcome = try await act()
            try note(wish, caller, refusal: nil)
            return outcome
        } catch {
            guard let refusal = Refusal(error) else {
                try note(wish, caller, refusal: "it failed, the log says why")
                throw error
            }
            try note(wish, caller, refusal: refusal.sentence)
            return .refused(refusal.sentence.capitalizedAsSentence, backTo: wish.path)
        }
    }

    private func note(_ wish: Wish, _ caller: Caller, refusal: String?) throws {
        try desk.store.note(
            AuditEntry(
                at: desk.clock.now(), actor: caller.actor, action: wish.action, subject: wish.subject, refusal: refusal
            )
        )
    }
}

/// Why a wish was not granted, in a sentence that whoever had it may read.
struct Refusal: Error, Hashable {
    let sentence: String

    init(_ sentence: String) {
        self.sentence = sentence
    }

    /// Nil for an error that is none of the guardrails'.
    init?(_ error: any Error) {
        switch error {
        case let refusal as Refusal: self = refusal
        case let refusal as AdHocRefusal: self.init(refusal.description)
        case let refusal as RetryRefusal: self.init(refusal.description)
        case let refusal as CycleRefusal: self.init(refusal.description)
        case StoreError.illegal(_, let state, _): self.init("run is \(state.title) already")
        default: return nil
        }
    }
}

extension String {
    /// With a capital and a full stop, as pages have sentences.
    var capitalizedAsSentence: String {
        let text = prefix(1).uppercased() + dropFirst()
        return [".", "!", "?"].contains { text.hasSuffix($0) } ? text : text + "."
    }
}

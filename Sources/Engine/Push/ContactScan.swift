import Destinations
import Foundation
import Profiles
import TidegateModel

extension ClaimedRun {
    /// Looks at every selected profile again, on a thread of its own, as the session encodes it: nil for one that is not
    /// sent. Everything is the next one's after the visit.
    func lookAgain<Answer: Sendable>(
        at request: PushRequest, for purpose: String, _ session: any PushSession, into empty: Answer,
        _ visit: @escaping @Sendable (inout Answer, PushRow, EncodedContact?) -> Void
    ) async throws(RunFault) -> Answer {
        let (profiles, stop) = (place.profiles, stop)
        do throws(ProfileError) {
            return try await onThread(purpose) { () throws(ProfileError) in
                var answer = empty
                var contact = EncodedContact()
                _ = try profiles.push(request, isCancelled: { stop.isRaised }) { (row, skip) throws(ProfileError) in
                    contact.removeAll()
                    let isSent = skip == nil && session.encode(row, into: &contact) == .contact
                    visit(&answer, row, isSent ? contact : nil)
                }
                return answer
            }
        } catch {
            throw RunFault(error)
        }
    }
}

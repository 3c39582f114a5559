extension Advice {
    /// Words of faults as the code has them, the more special before the more general.
    static let faults: [(words: String, meaning: String, deed: String)] = [
        (
            "process was lost", "The process ended while it exported, several times in a row.",
            "Look at the log and the machine's memory before you retry: the run may end the process again."
        ),
        (
            "no longer kept", "The snapshot that the run pinned has been removed since.",
            "Run it anew: a retry would need that snapshot."
        ),
        (
            "is not trusted", "The server shows another key or certificate than the one that is trusted.",
            "Ask its owner, by another way than the server; only then change what is trusted, and retry."
        ),
        (
            "not to be trusted", "The server's certificate is expired, for another name, or of an unknown authority.",
            "Ask the server's owner, or mount the certificate of your own authority; then retry."
        ),
        (
            "refuses the login", "The password or key was changed, or has expired.",
            "Put in a new one, check with 'tidegate doctor', then retry."
        ),
        (
            "does not accept the key", "The receiver's key was revoked or changed.",
            "Put in a new one, check with 'tidegate doctor', then retry."
        ),
        (
            "refuses the key", "The receiver's key was revoked or changed.",
            "Put in a new one, check with 'tidegate doctor', then retry."
        ),
        (
            "refused the authorization", "The receiver's key was revoked or changed.",
            "Put in a new one, check with 'tidegate doctor', then retry."
        ),
        (
            "could not prove who it is", "The receiver's certificate is expired, or for another name.",
            "Ask the receiver's owner; then retry."
        ),
        (
            "takes no more", "The receiver's account is full.", "Talk to whoever has the account; then retry."
        ),
        (
            "denies access", "The receiver's account is unpaid or closed.",
            "Talk to whoever has the account; then retry."
        ),
        (
            "for SendGrid may not", "The key lacks a right.", "Give it read and write under Marketing, then retry."
        ),
        (
            "does not let this access key", "The access key lacks a permission.",
            "Give it the permission that the reason names, then retry."
        ),
        (
            "refuses the session token", "The temporary keys have run out.", "Put in new ones, then retry."
        ),
        (
            "clock of this machine", "This machine's clock is more than some minutes off.", "Set it, then retry."
        ),
        (
            "answered with a redirect", "The receiver's address has moved; a redirect is never followed.",
            "Correct the address in the job file, apply it, then retry."
        ),
        (
            "one contact after the other", "The first contacts were refused one by one, so it is not the contacts.",
            "Read the receiver's words, and look at the mapping."
        ),
        (
            "is not there", "What the job file names does not exist at the receiver.",
            "Make it there, or correct the name in the job file; then retry."
        ),
        (
            "permission denied", "The login may not write there.", "Ask the folder's owner, then retry."
        ),
        (
            "store cannot be used", "This machine's disk is full, or cannot be written.",
            "Make room, then retry."
        ),
    ]
}

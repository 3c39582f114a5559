/// Words by which people name secrets, for text that no declared field vouches for.
enum SecretWords {
    private static let all = [
        "password", "passphrase", "secret", "token", "api_key", "apikey", "api-key", "private_key", "privatekey",
        "private-key", "credential", "accesskey", "access_key", "access-key", "signing", "authorization", "bearer",
        "webhook", "decryptionkey", "decryption_key", "decryption-key",
    ]

    /// Whether `text`, a key or a whole line, speaks of a secret.
    static func occur(in text: String) -> Bool {
        let lowered = text.lowercased()
        return all.contains(where: lowered.contains)
    }

    /// Whether any key within `tree`, at any depth, speaks of a secret.
    static func occur(inKeysOf tree: YAMLTree) -> Bool {
        switch tree {
        case .scalar: false
        case .list(let items, _): items.contains(where: occur(inKeysOf:))
        case .mapping(let mapping): mapping.entries.contains { occur(in: $0.key) || occur(inKeysOf: $0.value) }
        }
    }
}

import CCurl
import Testing

@testable import Transfer

@Suite struct HandshakeTests {
    @Test func `a connection that ends while keys are agreed on is broken, a wrong certificate not to be trusted`() {
        #expect(TransferError(CURLE_SSL_CONNECT_ERROR, mayHaveArrived: false).kind == .broken)
        #expect(TransferError(CURLE_PEER_FAILED_VERIFICATION, mayHaveArrived: false).kind == .untrusted)
    }
}

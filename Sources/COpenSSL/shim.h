#ifndef TIDEGATE_COPENSSL_H
#define TIDEGATE_COPENSSL_H
#include <openssl/evp.h>
#include <openssl/hmac.h>
#endif

#ifndef TIDEGATE_COPENSSL_H
#define TIDEGATE_COPENSSL_H
#include <openssl/evp.h>
#endif

// OpenSSL 3 libcrypto. Wrapped once, in the target OpenSSL; nobody else imports this.
#pragma once
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>
#include <openssl/x509.h>

/// `EVP_PKEY_PUBLIC_KEY`, a macro of a form Swift does not import.
static inline int openssl_public_key_selection(void) { return EVP_PKEY_PUBLIC_KEY; }

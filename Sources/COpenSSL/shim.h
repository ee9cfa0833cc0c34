// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

// What Swift cannot call, or should not put together itself, of OpenSSL 3.0's libcrypto.
//
// The SHA-256 functions that work on a caller's SHA256_CTX are deprecated in favour of EVP, but an
// EVP_MD_CTX is on the heap and HMAC's context allocates when it is copied. The hot path copies a
// precomputed state by value, so it keeps to the older functions, which libcrypto still exports.
#ifndef LATCHKEY_COPENSSL_SHIM_H
#define LATCHKEY_COPENSSL_SHIM_H

#define OPENSSL_SUPPRESS_DEPRECATED

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <string.h>

// HMAC-SHA256 with its key already absorbed: the states after the blocks key^ipad and key^opad.
typedef struct {
    SHA256_CTX inner;
    SHA256_CTX outer;
} latchkey_mac_states;

// Absorbs a key of any length (RFC 2104: one over 64 bytes is hashed first).
static inline void latchkey_mac_prepare(latchkey_mac_states *states, const void *key, size_t key_bytes)
{
    unsigned char block[SHA256_CBLOCK] = {0};
    unsigned char padded[SHA256_CBLOCK];
    SHA256_CTX key_hash;
    if (key_bytes > sizeof block) {
        SHA256_Init(&key_hash);
        SHA256_Update(&key_hash, key, key_bytes);
        SHA256_Final(block, &key_hash);
        OPENSSL_cleanse(&key_hash, sizeof key_hash);
    } else if (key_bytes > 0) {
        memcpy(block, key, key_bytes);
    }
    for (size_t i = 0; i < sizeof block; i++) padded[i] = block[i] ^ 0x36;
    SHA256_Init(&states->inner);
    SHA256_Update(&states->inner, padded, sizeof padded);
    for (size_t i = 0; i < sizeof block; i++) padded[i] = block[i] ^ 0x5c;
    SHA256_Init(&states->outer);
    SHA256_Update(&states->outer, padded, sizeof padded);
    OPENSSL_cleanse(block, sizeof block);
    OPENSSL_cleanse(padded, sizeof padded);
}

// Compresses the last block of a message of which `done` bytes (whole blocks) have been absorbed: the rest, at
// most 55 bytes, with SHA-256's padding. Spares the bookkeeping of SHA256_Final; gives the 32 bytes of the hash.
static inline void latchkey_sha256_last_block(
    SHA256_CTX *context, size_t done, const void *rest, size_t rest_bytes, unsigned char *hash)
{
    unsigned char block[SHA256_CBLOCK] = {0};
    unsigned long long bits = (unsigned long long)(done + rest_bytes) * 8;
    if (rest_bytes > 0) memcpy(block, rest, rest_bytes);
    block[rest_bytes] = 0x80;
    for (int i = 0; i < 8; i++) block[SHA256_CBLOCK - 1 - i] = (unsigned char)(bits >> (8 * i));
    SHA256_Transform(context, block);
    OPENSSL_cleanse(block, sizeof block);
    for (int i = 0; i < 8; i++) {
        SHA_LONG word = context->h[i];
        hash[4 * i] = (unsigned char)(word >> 24);
        hash[4 * i + 1] = (unsigned char)(word >> 16);
        hash[4 * i + 2] = (unsigned char)(word >> 8);
        hash[4 * i + 3] = (unsigned char)word;
    }
}

// HMAC's outer hash: one block.
static inline void latchkey_mac_outer(const latchkey_mac_states *states, const unsigned char *hash, void *digest)
{
    SHA256_CTX outer = states->outer;
    latchkey_sha256_last_block(&outer, SHA256_CBLOCK, hash, SHA256_DIGEST_LENGTH, (unsigned char *)digest);
    OPENSSL_cleanse(&outer, sizeof outer);
}

// Ends a MAC whose message has been absorbed into `inner`, a copy of the prepared state. Writes 32
// bytes and cleanses `inner`.
static inline void latchkey_mac_finish(const latchkey_mac_states *states, SHA256_CTX *inner, void *digest)
{
    unsigned char hash[SHA256_DIGEST_LENGTH];
    SHA256_Final(hash, inner);
    OPENSSL_cleanse(inner, sizeof *inner);
    latchkey_mac_outer(states, hash, digest);
}

// The MAC of one message in one call: nothing is allocated. With whole blocks absorbed before, a message of at most
// 55 bytes costs two compressions.
static inline void latchkey_mac(
    const latchkey_mac_states *states, const void *message, size_t message_bytes, void *digest)
{
    SHA256_CTX inner = states->inner;
    if (inner.num == 0 && message_bytes <= SHA256_CBLOCK - 9) {
        unsigned char hash[SHA256_DIGEST_LENGTH];
        size_t done = (size_t)(((unsigned long long)inner.Nh << 32 | inner.Nl) / 8);
        latchkey_sha256_last_block(&inner, done, message, message_bytes, hash);
        OPENSSL_cleanse(&inner, sizeof inner);
        latchkey_mac_outer(states, hash, digest);
    } else {
        SHA256_Update(&inner, message, message_bytes);
        latchkey_mac_finish(states, &inner, digest);
    }
}

// HKDF-SHA256 (RFC 5869), extract and expand. 1 when done.
static inline int latchkey_hkdf_sha256(
    const void *key, size_t key_bytes, const void *salt, size_t salt_bytes,
    const void *info, size_t info_bytes, void *out, size_t out_bytes)
{
    int done = 0;
    EVP_KDF *kdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
    EVP_KDF_CTX *context = EVP_KDF_CTX_new(kdf);
    if (context != NULL) {
        OSSL_PARAM params[5];
        params[0] = OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, (char *)"SHA256", 0);
        params[1] = OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, (void *)key, key_bytes);
        params[2] = OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT, (void *)salt, salt_bytes);
        params[3] = OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, (void *)info, info_bytes);
        params[4] = OSSL_PARAM_construct_end();
        done = EVP_KDF_derive(context, out, out_bytes, params) == 1;
    }
    EVP_KDF_CTX_free(context);
    EVP_KDF_free(kdf);
    return done;
}

// AES-256-GCM with a nonce of 12 bytes: `bytes` of ciphertext into `out`, and a tag of 16. 1 when done.
static inline int latchkey_gcm_seal(
    const void *key, const void *nonce, const void *context, size_t context_bytes,
    const void *plain, size_t bytes, void *out, void *tag)
{
    int done = 0, length = 0;
    EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
    if (cipher != NULL && bytes <= 1 << 20 && context_bytes <= 1 << 20) {
        done = EVP_EncryptInit_ex(cipher, EVP_aes_256_gcm(), NULL, (const unsigned char *)key,
                                  (const unsigned char *)nonce) == 1
            && EVP_EncryptUpdate(cipher, NULL, &length, (const unsigned char *)context, (int)context_bytes) == 1
            && EVP_EncryptUpdate(cipher, (unsigned char *)out, &length, (const unsigned char *)plain, (int)bytes) == 1
            && length == (int)bytes
            && EVP_EncryptFinal_ex(cipher, (unsigned char *)out + length, &length) == 1
            && EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_GET_TAG, 16, tag) == 1;
    }
    EVP_CIPHER_CTX_free(cipher);
    return done;
}

// The way back: 1 only if key, nonce, context and tag are those that it was sealed with. `out` holds nothing of use
// otherwise.
static inline int latchkey_gcm_open(
    const void *key, const void *nonce, const void *context, size_t context_bytes,
    const void *sealed, size_t bytes, const void *tag, void *out)
{
    int done = 0, length = 0;
    EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
    if (cipher != NULL && bytes <= 1 << 20 && context_bytes <= 1 << 20) {
        done = EVP_DecryptInit_ex(cipher, EVP_aes_256_gcm(), NULL, (const unsigned char *)key,
                                  (const unsigned char *)nonce) == 1
            && EVP_DecryptUpdate(cipher, NULL, &length, (const unsigned char *)context, (int)context_bytes) == 1
            && EVP_DecryptUpdate(cipher, (unsigned char *)out, &length, (const unsigned char *)sealed, (int)bytes) == 1
            && length == (int)bytes
            && EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_SET_TAG, 16, (void *)(size_t)tag) == 1
            && EVP_DecryptFinal_ex(cipher, (unsigned char *)out + length, &length) == 1;
    }
    EVP_CIPHER_CTX_free(cipher);
    return done;
}

// OpenSSL's own HMAC-SHA256, for the tests to compare with. 1 when done.
static inline int latchkey_hmac_oneshot(
    const void *key, size_t key_bytes, const void *message, size_t message_bytes, void *digest)
{
    unsigned int length = SHA256_DIGEST_LENGTH;
    return HMAC(EVP_sha256(), key, (int)key_bytes, message, message_bytes, digest, &length) != NULL;
}

#endif

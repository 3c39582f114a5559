#ifndef TIDEGATE_CSCAN_H
#define TIDEGATE_CSCAN_H
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

/// How many bytes past its end a scanned range must be readable.
enum { SCAN_PADDING = 64 };

/// Bit i is set where bytes[i] equals a, b or c.
static inline uint64_t scan_matches(const uint8_t *bytes, uint8_t a, uint8_t b, uint8_t c) {
    uint64_t mask = 0;
#if defined(__SSE2__)
    const __m128i va = _mm_set1_epi8((char)a), vb = _mm_set1_epi8((char)b), vc = _mm_set1_epi8((char)c);
    for (int i = 0; i < 4; i++) {
        const __m128i x = _mm_loadu_si128((const __m128i *)(bytes + 16 * i));
        const __m128i hit =
            _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(x, va), _mm_cmpeq_epi8(x, vb)), _mm_cmpeq_epi8(x, vc));
        mask |= (uint64_t)(uint32_t)_mm_movemask_epi8(hit) << (16 * i);
    }
#else
    for (int i = 0; i < 64; i++) {
        mask |= (uint64_t)((bytes[i] == a) | (bytes[i] == b) | (bytes[i] == c)) << i;
    }
#endif
    return mask;
}

/// Writes the offset of every byte that equals a, b or c, ascending, and answers how many there are.
/// `offsets` has room for `count` of them.
static inline size_t scan_offsets(
    const uint8_t *bytes, size_t count, uint8_t a, uint8_t b, uint8_t c, uint32_t *offsets
) {
    size_t found = 0;
    for (size_t at = 0; at < count; at += 64) {
        uint64_t mask = scan_matches(bytes + at, a, b, c);
        if (count - at < 64) mask &= ((uint64_t)1 << (count - at)) - 1;
        while (mask != 0) {
            offsets[found++] = (uint32_t)(at + (size_t)__builtin_ctzll(mask));
            mask &= mask - 1;
        }
    }
    return found;
}

enum { SCAN_NOT_ASCII = 1, SCAN_NUL = 2 };

/// Whether the bytes hold any that is not ASCII, and any that is zero.
static inline int scan_text(const uint8_t *bytes, size_t count) {
    int found = 0;
#if defined(__SSE2__)
    for (size_t at = 0; at < count; at += 16) {
        const __m128i x = _mm_loadu_si128((const __m128i *)(bytes + at));
        const uint32_t wanted = count - at < 16 ? (1u << (count - at)) - 1 : 0xFFFFu;
        if ((uint32_t)_mm_movemask_epi8(x) & wanted) found |= SCAN_NOT_ASCII;
        if ((uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(x, _mm_setzero_si128())) & wanted) found |= SCAN_NUL;
    }
#else
    for (size_t at = 0; at < count; at++) {
        if (bytes[at] >= 0x80) found |= SCAN_NOT_ASCII;
        if (bytes[at] == 0) found |= SCAN_NUL;
    }
#endif
    return found;
}
#endif

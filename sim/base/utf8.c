#include "sim/base/utf8.h"

#include <stdbool.h>

/* The second byte's range is what rules out overlong forms (E0, F0), surrogates (ED) and what is too large (F4). */
static bool second_fits(unsigned char first, unsigned char second)
{
    unsigned char low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
    unsigned char high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
    return second >= low && second <= high;
}

static size_t wanted(unsigned char first)
{
    if (first < 0x80) {
        return 1;
    }
    if (first < 0xC2 || first > 0xF4) {
        return 0;
    }
    return first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
}

size_t utf8_length(const char *s, size_t left)
{
    if (left == 0) {
        return 0;
    }
    size_t length = wanted((unsigned char)s[0]);
    if (length <= 1) {
        return length;
    }
    if (length > left || !second_fits((unsigned char)s[0], (unsigned char)s[1])) {
        return 0;
    }
    for (size_t i = 2; i < length; i++) {
        if (((unsigned char)s[i] & 0xC0) != 0x80) {
            return 0;
        }
    }
    return length;
}

size_t utf8_check(const char *s, size_t length)
{
    size_t at = 0;
    while (at < length) {
        size_t bytes = (unsigned char)s[at] < 0x80 ? 1 : utf8_length(s + at, length - at);
        if (bytes == 0) {
            return at;
        }
        at += bytes;
    }
    return length;
}

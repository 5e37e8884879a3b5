#include "sim/scenario/names_validate.h"

#include <stddef.h>
#include <string.h>

#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGIT "0123456789"

enum { LABEL_MAX = 63, SUBDOMAIN_MAX = 253 };

/* All length bytes are of `inner`, the first and the last of `outer`; at least one. */
static bool is_made_of(const char *text, size_t length, const char *outer, const char *inner)
{
    if (length == 0 || strchr(outer, text[0]) == NULL || strchr(outer, text[length - 1]) == NULL) {
        return false;
    }
    return strspn(text, inner) >= length;
}

static bool is_dns_label(const char *text, size_t length)
{
    return is_made_of(text, length, LOWER DIGIT, LOWER DIGIT "-");
}

bool name_is_label(const char *text)
{
    return strlen(text) <= LABEL_MAX && is_dns_label(text, strlen(text));
}

/* The grammar, whatever the length. */
static bool is_dotted(const char *text)
{
    for (;;) {
        size_t length = strcspn(text, ".");
        if (!is_dns_label(text, length)) {
            return false;
        }
        if (text[length] == '\0') {
            return true;
        }
        text += length + 1;
    }
}

bool name_is_subdomain(const char *text)
{
    return strlen(text) <= SUBDOMAIN_MAX && is_dotted(text);
}

static bool is_plain(const char *text)
{
    return strlen(text) <= LABEL_MAX && is_made_of(text, strlen(text), LOWER UPPER DIGIT, LOWER UPPER DIGIT "-_.");
}

bool name_is_qualified(const char *text)
{
    const char *slash = strchr(text, '/');
    if (slash == NULL) {
        return is_plain(text);
    }
    char prefix[SUBDOMAIN_MAX + 1] = {0};
    size_t length = (size_t)(slash - text);
    if (length > SUBDOMAIN_MAX) {
        return false;
    }
    memcpy(prefix, text, length);
    return is_dotted(prefix) && is_plain(slash + 1);
}

bool name_is_port(const char *text)
{
    return strlen(text) <= 15 && is_dns_label(text, strlen(text)) && strstr(text, "--") == NULL &&
           text[strcspn(text, LOWER)] != '\0';
}

bool name_is_label_value(const char *text)
{
    return text[0] == '\0' || is_plain(text);
}

void validate_object_name(const struct place *object, struct violations *found)
{
    struct place metadata = place_get(object, "metadata"), name = place_get(&metadata, "name");
    struct place generate = place_get(&metadata, "generateName");
    const char *text = place_text(&name);
    if (text[0] == '\0') {
        if (place_text(&generate)[0] == '\0') {
            violation_add(found, VIOLATION_REQUIRED, &name, "missing: every object needs a name (write one)");
        }
        return;
    }
    if (strlen(text) > SUBDOMAIN_MAX) {
        violation_add(found, VIOLATION_INVALID, &name, "longer than 253 bytes (shorten it)");
    }
    if (!is_dotted(text)) {
        violation_add(found, VIOLATION_INVALID, &name,
                      "\"%.60s\" is no name (write a-z, 0-9, - and dots, a letter or digit first and last)", text);
    }
}

void validate_path_segment(const struct place *p, struct violations *found)
{
    static const char *const whole[] = {".", ".."};
    const char *text = place_text(p);
    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++) {
        if (strcmp(text, whole[i]) == 0) {
            violation_add(found, VIOLATION_INVALID, p, "\"%s\" is no name (write another)", text);
            return;
        }
    }
    for (const char *bad = "/%"; *bad != '\0'; bad++) {
        if (strchr(text, *bad) != NULL) {
            violation_add(found, VIOLATION_INVALID, p, "\"%.60s\" has a %c in it (take it out)", text, *bad);
        }
    }
}

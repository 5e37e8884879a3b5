#include "sim/scenario/config_validate.h"

#include <stddef.h>
#include <string.h>

#define DATA_BYTES_MOST (1 << 20)
#define LETTERS_DIGITS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
#define FILE_NAME_BYTES LETTERS_DIGITS "-_."
#define BASE64_BYTES LETTERS_DIGITS "+/="

static bool says(const struct place *p, const char *text)
{
    return strcmp(place_text(p), text) == 0;
}

/* Letters, digits, -, _ and dots, but not what leads out of a folder. */
static bool is_file_name(const char *key)
{
    size_t length = strlen(key);
    return length > 0 && length <= 253 && strspn(key, FILE_NAME_BYTES) == length && strcmp(key, ".") != 0 &&
           strncmp(key, "..", 2) != 0;
}

/* Whether the text is base64, blanks left out of account. */
static bool is_base64(const char *text)
{
    size_t count = 0, padding = 0;
    for (; *text != '\0'; text++) {
        if (*text == '\n' || *text == '\r') {
            continue;
        }
        padding += *text == '=';
        if (strchr(BASE64_BYTES, *text) == NULL || (padding > 0 && *text != '=')) {
            return false;
        }
        count++;
    }
    return count % 4 == 0 && padding <= 2;
}

static size_t check_data(const struct place *data, bool coded, struct violations *found)
{
    size_t bytes = 0;
    for (uint32_t i = 0; value_is_map(data->value) && i < data->value->count; i++) {
        struct place item = place_entry(data, data->value->members[i].key);
        size_t length = strlen(place_text(&item));
        bytes += coded ? length / 4 * 3 : length;
        if (!is_file_name(item.key)) {
            violation_add(found, VIOLATION_INVALID, &item,
                          "\"%.60s\" is no key (write at most 253 letters, digits, -, _ and dots)", item.key);
        }
        if (coded && !is_base64(place_text(&item))) {
            violation_add(found, VIOLATION_INVALID, &item, "not base64 (encode it, or write it as text under %s)",
                          strcmp(data->key, "data") == 0 ? "stringData" : "data");
        }
    }
    return bytes;
}

static void check_size(const struct place *p, size_t bytes, struct violations *found)
{
    if (bytes > DATA_BYTES_MOST) {
        violation_add(found, VIOLATION_TOO_LONG, p, "more than 1 MiB of data (take some out)");
    }
}

void validate_config_map(const struct place *map, struct names *names, struct violations *found)
{
    (void)names;
    struct place data = place_get(map, "data"), binary = place_get(map, "binaryData");
    size_t bytes = check_data(&data, false, found) + check_data(&binary, true, found);
    for (uint32_t i = 0; value_is_map(data.value) && i < data.value->count; i++) {
        struct place item = place_entry(&data, data.value->members[i].key);
        if (value_get(binary.value, item.key) != NULL) {
            violation_add(found, VIOLATION_INVALID, &item, "in binaryData, too (keep one of them)");
        }
    }
    check_size(map, bytes, found);
}

static void check_secret_key(const struct place *data, const struct place *texts, const char *key,
                             struct violations *found)
{
    struct place item = place_entry(data, key);
    if (item.value == NULL && value_get(texts->value, key) == NULL) {
        violation_add(found, VIOLATION_REQUIRED, &item, "missing: a secret of that type has it (write it)");
    }
}

void validate_secret(const struct place *secret, struct names *names, struct violations *found)
{
    static const struct {
        const char *type;
        const char *keys[2];
    } types[] = {
        {"kubernetes.io/tls", {"tls.crt", "tls.key"}},
        {"kubernetes.io/dockercfg", {".dockercfg", NULL}},
        {"kubernetes.io/dockerconfigjson", {".dockerconfigjson", NULL}},
        {"kubernetes.io/ssh-auth", {"ssh-privatekey", NULL}},
    };
    (void)names;
    struct place data = place_get(secret, "data"), texts = place_get(secret, "stringData");
    struct place type = place_get(secret, "type");
    check_size(&data, check_data(&data, true, found) + check_data(&texts, false, found), found);
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        for (int k = 0; k < 2 && says(&type, types[i].type) && types[i].keys[k] != NULL; k++) {
            check_secret_key(&data, &texts, types[i].keys[k], found);
        }
    }
}

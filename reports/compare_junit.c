#include "reports/compare_junit.h"

#include <inttypes.h>
#include <string.h>

#include "reports/gate_text.h"
#include "sim/base/utf8.h"

/* Text in XML 1.0: what may not stand there (control characters, broken UTF-8, U+FFFE and U+FFFF) is a question mark. */
static void put_text(struct buffer *out, const char *text)
{
    size_t left = strlen(text);
    while (left > 0) {
        size_t length = utf8_length(text, left);
        unsigned char first = (unsigned char)*text;
        bool good = length > 0 && (first >= ' ' || first == '\n' || first == '\t') && first != 0x7f;
        good = good && !(length == 3 && memcmp(text, "\xef\xbf", 2) == 0 && (unsigned char)text[2] >= 0xbe);
        if (!good) {
            buffer_byte(out, '?');
        } else if (strchr("<>&\"'", first) != NULL) {
            buffer_format(out, "&#%d;", first);
        } else {
            buffer_add(out, text, length);
        }
        text += length == 0 ? 1 : length;
        left -= length == 0 ? 1 : length;
    }
}

static void put_attribute(struct buffer *out, const char *name, const char *value)
{
    buffer_format(out, " %s=\"", name);
    put_text(out, value);
    buffer_text(out, "\"");
}

static void put_counts(struct buffer *out, const struct comparison *c)
{
    uint32_t undecided = c->outcomes[GATE_UNDECIDED];
    buffer_format(out,
                  " tests=\"%" PRIu32 "\" failures=\"%" PRIu32 "\" errors=\"0\" skipped=\"%" PRIu32 "\" time=\"0\"",
                  c->gate_count, c->outcomes[GATE_FAILED] + (c->strict ? undecided : 0), c->strict ? 0 : undecided);
}

static void put_case(struct buffer *out, const struct comparison *c, uint32_t i)
{
    const struct gate_verdict *v = &c->verdicts[i];
    bool skipped = v->outcome == GATE_UNDECIDED && !c->strict;
    struct buffer said = {0};
    gate_text_say(&said, &c->gates[i], v);
    buffer_text(out, "    <testcase");
    put_attribute(out, "name", c->gates[i].text);
    put_attribute(out, "classname", c->pair->base.side.scenario);
    buffer_text(out, " time=\"0\">\n");
    if (v->outcome != GATE_PASSED) {
        buffer_format(out, "      <%s", skipped ? "skipped" : "failure");
        struct buffer message = {0};
        buffer_format(&message, "%s: %s", v->outcome == GATE_FAILED ? "failed" : "undecided", buffer_string(&said));
        put_attribute(out, "message", buffer_string(&message));
        buffer_drop(&message);
        buffer_text(out, skipped ? "" : " type=\"gate\"");
        buffer_text(out, "/>\n");
    }
    buffer_text(out, "      <system-out>");
    put_text(out, buffer_string(&said));
    buffer_text(out, "</system-out>\n    </testcase>\n");
    buffer_drop(&said);
}

void compare_junit_write(struct buffer *out, const struct comparison *c)
{
    buffer_text(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"headroom compare\"");
    put_counts(out, c);
    buffer_text(out, ">\n  <testsuite");
    put_attribute(out, "name", c->pair->base.side.scenario);
    put_counts(out, c);
    buffer_text(out, ">\n");
    for (uint32_t i = 0; i < c->gate_count; i++) {
        put_case(out, c, i);
    }
    buffer_text(out, "  </testsuite>\n</testsuites>\n");
}

#include "reports/overview.h"

#include <string.h>

#include "reports/print.h"
#include "reports/query.h"
#include "sim/base/json.h"

#define SECOND INT64_C(1000000000)

struct row {
    int64_t t_s; /* since the start */
    const char *kind, *namespace, *name, *reason, *message;
    bool warning;
};

static struct row row_of(const struct query_rows *q, struct arena *a)
{
    return (struct row){.t_s = query_integer(q, 0) / SECOND,
                        .kind = query_text(q, 1, a),
                        .namespace = query_text(q, 2, a),
                        .name = query_text(q, 3, a),
                        .reason = query_text(q, 4, a),
                        .message = query_text(q, 5, a),
                        .warning = query_integer(q, 6) != 0};
}

static void add_text(struct buffer *out, const struct row *r, int64_t start_s)
{
    bool plain = r->namespace[0] == '\0' || strcmp(r->namespace, "default") == 0;
    print_when(out, start_s, r->t_s);
    buffer_format(out, "  %s/%s%s%s  %s%s%s\n", r->kind, plain ? "" : r->namespace, plain ? "" : "/", r->name,
                  r->reason, r->message[0] == '\0' ? "" : ": ", r->message);
}

static void member(struct json_writer *json, const char *key, const char *text)
{
    json_key(json, key);
    json_text(json, text);
}

static void add_json(struct json_writer *json, const struct row *r, int64_t start_s)
{
    struct buffer at = {0};
    print_instant(&at, start_s, r->t_s);
    json_begin_map(json);
    member(json, "at", at.at);
    member(json, "kind", r->kind);
    member(json, "namespace", r->namespace);
    member(json, "name", r->name);
    member(json, "reason", r->reason);
    member(json, "message", r->message);
    json_key(json, "warning");
    json_bool(json, r->warning);
    json_end_map(json);
    buffer_drop(&at);
}

static void write_rows(struct buffer *out, struct query *q, int64_t start_s, int64_t at_ns, bool json)
{
    struct arena a = arena_make(1 << 14);
    struct json_writer writer = {.out = out};
    uint32_t count = 0;
    if (json) {
        json_begin_map(&writer);
        member(&writer, "format", "headroom-decisions/1");
        json_key(&writer, "decisions");
        json_begin_list(&writer);
    }
    struct query_rows rows = query_rows(q,
                                        "SELECT t_ns, kind, namespace, name, reason, message, warning FROM decision"
                                        " WHERE t_ns <= ? ORDER BY t_ns DESC, rowid DESC LIMIT 20",
                                        at_ns < 0 ? INT64_MAX : at_ns);
    for (; query_next(&rows); count++) {
        struct row r = row_of(&rows, &a);
        if (json) {
            add_json(&writer, &r, start_s);
        } else {
            add_text(out, &r, start_s);
        }
        arena_reset(&a);
    }
    if (json) {
        json_end_list(&writer);
        json_end_map(&writer);
        buffer_text(out, "\n");
    } else {
        buffer_text(out, count == 0
                             ? "Nothing was decided until then.\n"
                             : "\nThe last decisions, latest first. `headroom explain RUN.db Kind/name --at TIME` "
                               "says why.\n");
    }
    arena_drop(&a);
}

bool overview_write(struct buffer *out, const char *path, int64_t start_ns, int64_t at_ns, bool json, struct fail *fail)
{
    struct query q;
    if (!query_open(&q, path, fail)) {
        return false;
    }
    write_rows(out, &q, start_ns / SECOND, at_ns, json);
    bool good = query_check(&q, fail);
    query_close(&q);
    return good;
}

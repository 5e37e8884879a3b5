#include "models/kubelet/backoff.h"

#define SECOND_NS ((int64_t)1000000000)

const struct backoff backoff_of_containers = {10 * SECOND_NS, 300 * SECOND_NS, 600 * SECOND_NS};

static bool is_alive(const struct backoff *b, const struct backoff_entry *e, int64_t event_ns)
{
    return e->kept && event_ns - e->updated_ns <= b->expiry_ns;
}

void backoff_next(const struct backoff *b, struct backoff_entry *e, int64_t event_ns, int64_t now_ns)
{
    if (is_alive(b, e, event_ns)) {
        e->wait_ns = e->wait_ns * 2 < b->max_ns ? e->wait_ns * 2 : b->max_ns;
    } else {
        e->wait_ns = b->initial_ns;
    }
    e->kept = true;
    e->updated_ns = now_ns;
}

bool backoff_holds_since(const struct backoff *b, const struct backoff_entry *e, int64_t event_ns, int64_t now_ns)
{
    return is_alive(b, e, event_ns) && now_ns - event_ns < e->wait_ns;
}

bool backoff_holds_since_update(const struct backoff *b, const struct backoff_entry *e, int64_t event_ns)
{
    return is_alive(b, e, event_ns) && event_ns - e->updated_ns < e->wait_ns;
}

void backoff_collect(const struct backoff *b, struct backoff_entry *e, int64_t now_ns)
{
    if (!is_alive(b, e, now_ns)) {
        *e = (struct backoff_entry){0};
    }
}

int64_t backoff_restart_ns(const struct backoff *b, struct backoff_entry *e, int64_t finished_ns,
                           int64_t housekeeping_ns)
{
    int64_t period = housekeeping_ns, start = finished_ns;
    if (period > 0) {
        backoff_collect(b, e, finished_ns / period * period);
    }
    if (backoff_holds_since(b, e, finished_ns, finished_ns)) {
        start = finished_ns + e->wait_ns;
        int64_t swept = period > 0 ? ((e->updated_ns + b->expiry_ns) / period + 1) * period : start;
        if (swept <= start && period > 0) {
            *e = (struct backoff_entry){0};
            start = swept;
        }
    }
    backoff_next(b, e, finished_ns, start);
    return start;
}

#include "models/workload/history.h"

#include <stdlib.h>

void history_drop(struct history *h)
{
    VEC_DROP(&h->revisions);
}

const struct revision *history_newest(const struct history *h)
{
    const struct revision *newest = NULL;
    for (uint32_t i = 0; i < h->revisions.count; i++) {
        if (newest == NULL || h->revisions.at[i].revision > newest->revision) {
            newest = &h->revisions.at[i];
        }
    }
    return newest;
}

const struct revision *history_find(const struct history *h, const struct pod_template *template)
{
    for (uint32_t i = 0; i < h->revisions.count; i++) {
        if (h->revisions.at[i].template == template) {
            return &h->revisions.at[i];
        }
    }
    return NULL;
}

bool history_update(struct history *h, const struct pod_template *template)
{
    const struct revision *newest = history_newest(h), *same = history_find(h, template);
    int64_t next = newest == NULL ? 1 : newest->revision + 1;
    if (newest != NULL && same == newest) {
        return false;
    }
    if (same != NULL) {
        h->revisions.at[same - h->revisions.at].revision = next;
    } else {
        VEC_PUSH(&h->revisions, (struct revision){template, h->created++, next});
    }
    return true;
}

static bool is_live(const struct pod_template *const *live, uint32_t count, const struct pod_template *template)
{
    for (uint32_t i = 0; i < count; i++) {
        if (live[i] == template) {
            return true;
        }
    }
    return false;
}

uint32_t history_count_dead(const struct history *h, const struct pod_template *const *live, uint32_t live_count)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < h->revisions.count; i++) {
        count += !is_live(live, live_count, h->revisions.at[i].template);
    }
    return count;
}

/* The index of the oldest revision that is not live; NONE: there is none. */
static uint32_t oldest_dead(const struct history *h, const struct pod_template *const *live, uint32_t live_count)
{
    uint32_t oldest = NONE;
    for (uint32_t i = 0; i < h->revisions.count; i++) {
        if (!is_live(live, live_count, h->revisions.at[i].template) &&
            (oldest == NONE || h->revisions.at[i].revision < h->revisions.at[oldest].revision)) {
            oldest = i;
        }
    }
    return oldest;
}

void history_delete_dead(struct history *h, const struct pod_template *const *live, uint32_t live_count, int64_t count)
{
    for (; count > 0; count--) {
        uint32_t oldest = oldest_dead(h, live, live_count);
        if (oldest == NONE) {
            return;
        }
        for (uint32_t i = oldest + 1; i < h->revisions.count; i++) {
            h->revisions.at[i - 1] = h->revisions.at[i];
        }
        h->revisions.count--;
    }
}

#include "models/node/allocatable.h"

#include <stdlib.h>
#include <string.h>

#include "sim/base/number.h"

static struct quantity whole(int64_t amount, enum quantity_format format)
{
    return quantity_scaled(amount, 0, format);
}

static void put(struct arena *a, struct resource_list *list, const char *name, struct quantity amount)
{
    resource_list_put(a, list, name, &amount);
}

static struct resource_list capacity_of(struct arena *a, const struct machine *m)
{
    struct resource_list list = {0};
    int64_t pods = m->max_pods;
    if (m->pods_per_core > 0 && m->cores * m->pods_per_core < pods) {
        pods = m->cores * m->pods_per_core;
    }
    put(a, &list, "cpu", quantity_scaled(m->cores * 1000, -3, QUANTITY_DECIMAL_SI));
    put(a, &list, "memory", whole(m->memory_bytes, QUANTITY_BINARY_SI));
    put(a, &list, "ephemeral-storage", whole(m->ephemeral_bytes, QUANTITY_BINARY_SI));
    put(a, &list, "pods", whole(pods, QUANTITY_DECIMAL_SI));
    for (uint32_t i = 0; i < m->huge_page_sizes; i++) {
        char size[QUANTITY_ROOM];
        const struct huge_pages *h = &m->huge_pages[i];
        const struct quantity page = whole(h->page_bytes, QUANTITY_BINARY_SI);
        const char *name = arena_format(a, "hugepages-%s", quantity_canonical(size, &page));
        put(a, &list, name, whole(h->page_bytes * h->pages, QUANTITY_BINARY_SI));
    }
    for (uint32_t i = 0; i < m->device_count; i++) {
        put(a, &list, m->devices[i].name, whole(m->devices[i].capacity, QUANTITY_DECIMAL_SI));
    }
    return list;
}

/* "12.5%" in single precision, read and divided as the kubelet does. */
static bool read_percent(const char *text, float *share)
{
    char digits[64];
    double number;
    size_t length = strlen(text);
    while (length > 0 && text[length - 1] == '%') {
        length--;
    }
    if (length >= sizeof digits) {
        return false;
    }
    memcpy(digits, text, length);
    digits[length] = '\0';
    if (!number_parse(digits, &number)) {
        return false;
    }
    *share = strtof(digits, NULL) / 100;
    return *share >= 0 && *share <= 1;
}

static int64_t share_of(int64_t capacity, float share)
{
    return number_go_int64((double)capacity * (double)share);
}

bool allocatable_threshold(const char *least, int64_t capacity, struct quantity *free)
{
    size_t length = strlen(least);
    if (length == 0 || least[length - 1] != '%') {
        return quantity_parse(least, length, free) == QUANTITY_OK && quantity_sign(free) > 0;
    }
    float share = 0;
    if (strcmp(least, "0%") == 0 || strcmp(least, "100%") == 0 || !read_percent(least, &share)) {
        return false;
    }
    *free = whole(share_of(capacity, share), QUANTITY_BINARY_SI);
    return true;
}

int64_t allocatable_percent(float percent, int64_t capacity)
{
    return share_of(capacity, percent / 100);
}

/* What hard eviction keeps free; other signals than these two keep nothing that pods could ask for. */
static struct resource_list kept_free(struct arena *a, const struct reservation *r,
                                      const struct resource_list *capacity)
{
    static const char *const watched[][2] = {{"memory.available", "memory"}, {"nodefs.available", "ephemeral-storage"}};
    struct resource_list list = {0};
    for (uint32_t i = 0; i < r->hard_count; i++) {
        for (int w = 0; w < 2; w++) {
            const struct quantity have = resource_list_amount(capacity, watched[w][1]);
            struct quantity free;
            if (strcmp(r->hard[i].signal, watched[w][0]) == 0 &&
                allocatable_threshold(r->hard[i].least, quantity_value(&have), &free)) {
                resource_list_put(a, &list, watched[w][1], &free);
            }
        }
    }
    return list;
}

static void take(struct quantity *from, const struct quantity *amount)
{
    quantity_subtract(from, amount);
    if (quantity_sign(from) < 0) {
        quantity_set(from, 0);
    }
}

void allocatable_of(struct arena *a, const struct machine *m, const struct reservation *r,
                    struct resource_list *capacity, struct resource_list *allocatable)
{
    *capacity = capacity_of(a, m);
    *allocatable = resource_list_copy(a, capacity);
    const struct resource_list eviction = kept_free(a, r, capacity);
    struct resource_list reserved = resource_list_copy(a, &r->system);
    resource_list_add(a, &reserved, &r->kube);
    resource_list_add(a, &reserved, &eviction);
    for (uint32_t i = 0; i < allocatable->count; i++) {
        const struct quantity *sum = resource_list_find(&reserved, allocatable->at[i].name);
        if (sum != NULL) {
            take(&allocatable->at[i].amount, sum);
        }
    }
    for (uint32_t i = 0; i < m->device_count; i++) {
        put(a, allocatable, m->devices[i].name, whole(m->devices[i].healthy, QUANTITY_DECIMAL_SI));
    }
    for (uint32_t i = 0; i < capacity->count; i++) {
        if (strncmp(capacity->at[i].name, "hugepages-", 10) == 0) {
            take(resource_list_find(allocatable, "memory"), &capacity->at[i].amount);
        }
    }
}

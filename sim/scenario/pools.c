#include "sim/scenario/pools.h"

#include <inttypes.h>
#include <string.h>

#include "sim/base/csv.h"
#include "sim/base/file.h"
#include "sim/scenario/scenario.h"

/* ---- prices ---- */

static bool knows(const struct catalog *c, const char *region, const char *name)
{
    struct fail fail = {0};
    return catalog_find(c, region, name, &fail) != NULL;
}

/* An entry as a row of the catalog's CSV. */
static void write_row(struct buffer *out, const struct price_book *b, const struct price_entry *e, const char *region)
{
    struct csv_writer w = {.out = out};
    static const char *const header[] = {"region", "instance_type", "usd_per_hour", "spot_usd_per_hour",
                                         "vcpu",   "memory_mib",    "max_pods",     "source",
                                         "date"};
    for (size_t i = 0; i < sizeof header / sizeof *header; i++) {
        csv_add_text(&w, header[i]);
    }
    csv_end_row(&w);
    csv_add_text(&w, region);
    csv_add_text(&w, e->instance);
    csv_add_double(&w, e->usd_per_hour);
    const int64_t numbers[] = {e->vcpu, e->memory_bytes >> 20, e->pods};
    if (e->spot_usd_per_hour > 0) {
        csv_add_double(&w, e->spot_usd_per_hour);
    } else {
        csv_add_text(&w, "");
    }
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        if (numbers[i] > 0) {
            csv_add_int64(&w, numbers[i]);
        } else {
            csv_add_text(&w, "");
        }
    }
    csv_add_text(&w, b->source == NULL ? b->object->name : b->source);
    csv_add_text(&w, b->date == NULL ? "" : b->date);
    csv_end_row(&w);
}

static void add_entry(struct scenario *s, const struct price_book *b, uint32_t index)
{
    const struct price_entry *e = &b->prices.at[index];
    const char *region = e->region == NULL ? b->region : e->region;
    const char *path = arena_format(s->arena, "%s:spec.prices[%u]", object_title(s->arena, b->object), index);
    struct mark where = value_at(b->object->tree, "spec.prices")->items[index]->where;
    if (e->instance == NULL || e->usd_per_hour <= 0) {
        return; /* refused already */
    }
    if (region == NULL || strchr(region, '/') == NULL) {
        problems_error(s->problems, where, "%s: missing field: the region is not known (write region: aws/us-east-1)",
                       path);
        return;
    }
    if (!knows(&s->catalog, region, e->instance) && (e->vcpu == 0 || e->memory_bytes == 0)) {
        problems_error(s->problems, where,
                       "%s: unknown instance type: the catalog has no %s in %s (correct it, or write vcpu and memory)",
                       path, e->instance, region);
        return;
    }
    struct buffer row = {0};
    struct fail fail = {0};
    write_row(&row, b, e, region);
    if (!catalog_add(&s->catalog, s->arena, where.file, buffer_string(&row), row.count, &fail)) {
        problems_error(s->problems, where, "%s: cannot be used: %s", path, fail.text);
    }
    buffer_drop(&row);
}

static void add_book(struct scenario *s, const struct price_book *b)
{
    struct fail fail = {0};
    const char *text = NULL;
    size_t length = 0;
    if (b->csv != NULL) {
        struct mark where = value_at(b->object->tree, "spec.csv")->where;
        const char *path = source_path(s->arena, where, b->csv);
        if (!file_read(s->arena, path, &text, &length, &fail) ||
            !catalog_add(&s->catalog, s->arena, path, text, length, &fail)) {
            scenario_refuse(s, b->object, "spec.csv", "cannot be used: %s", fail.text);
        }
    }
    for (uint32_t i = 0; i < b->prices.count; i++) {
        add_entry(s, b, i);
    }
    if (b->discount > 0 && s->discount > 0) {
        scenario_refuse(s, b->object, "spec.discount", "given twice: another PriceBook has a discount (keep one)");
    }
    s->discount = b->discount > 0 ? b->discount : s->discount;
    s->control_plane_usd_per_hour += b->control_plane_usd_per_hour;
}

/* ---- pools ---- */

static void take_region_apart(struct scenario *s, struct node_pool *p)
{
    static const char *const prefixes[] = {"aws", "gcp", "azure"};
    const char *slash = strchr(p->region, '/');
    p->region_name = slash == NULL ? p->region : names_text(s->names, slash + 1);
    p->provider = PROVIDER_OTHER;
    for (int i = 0; slash != NULL && i < PROVIDER_OTHER; i++) {
        size_t length = strlen(prefixes[i]);
        if ((size_t)(slash - p->region) == length && strncmp(p->region, prefixes[i], length) == 0) {
            p->provider = (enum provider)i;
        }
    }
}

/* The name that nodes are labelled with: zones of aws follow the region at once, of gcp and azure behind a dash. */
static const char *zone_name(struct scenario *s, const struct node_pool *p, const char *zone)
{
    size_t length = strlen(p->region_name);
    bool whole = strncmp(zone, p->region_name, length) == 0 && zone[length] != '\0';
    if (whole || p->provider == PROVIDER_OTHER) {
        return zone;
    }
    const char *dash = p->provider == PROVIDER_AWS ? "" : "-";
    return names_text(s->names, arena_format(s->arena, "%s%s%s", p->region_name, dash, zone));
}

static void name_zones(struct scenario *s, struct node_pool *p)
{
    p->zone_names.at = TAKE(s->arena, const char *, p->zones.count);
    p->zone_names.count = p->zones.count;
    for (uint32_t i = 0; i < p->zones.count; i++) {
        p->zone_names.at[i] = zone_name(s, p, p->zones.at[i]);
    }
}

/* What is not written of min, max and initial follows from the others. */
static void count_nodes(struct scenario *s, struct node_pool *p)
{
    const struct value *nodes = value_at(p->object->tree, "spec.nodes");
    if (value_is_null(nodes)) {
        return; /* refused already */
    }
    bool map = value_is_map(nodes);
    bool has_min = map && value_get(nodes, "min") != NULL, has_max = map && value_get(nodes, "max") != NULL;
    bool has_initial = !map || value_get(nodes, "initial") != NULL;
    struct pool_nodes *n = &p->nodes;
    n->initial = has_initial ? n->initial : n->min;
    n->min = has_min ? n->min : n->initial;
    n->max = has_max ? n->max : n->min > n->initial ? n->min : n->initial;
    if (n->min > n->initial || n->initial > n->max) {
        scenario_refuse(s, p->object, "spec.nodes",
                        "out of order: min %" PRId64 ", initial %" PRId64 ", max %" PRId64
                        " (it must be min <= initial <= max)",
                        n->min, n->initial, n->max);
    }
}

static void find_types(struct scenario *s, struct node_pool *p)
{
    p->types.at = TAKE(s->arena, struct catalog_type, p->instances.count);
    for (uint32_t i = 0; i < p->instances.count; i++) {
        struct fail fail = {0};
        const char *path = p->instance != NULL ? "spec.instance" : "spec.instances";
        const struct catalog_type *type = catalog_find(&s->catalog, p->region, p->instances.at[i], &fail);
        if (type == NULL) {
            scenario_refuse(s, p->object, path, "no price: %s", fail.text);
        } else if (p->purchase == PURCHASE_SPOT && type->spot_usd_per_hour <= 0) {
            scenario_refuse(s, p->object, "spec.purchase",
                            "no price: no source gives a spot price of %s in %s (add it by a PriceBook)", type->name,
                            p->region);
        } else {
            p->types.at[p->types.count++] = *type;
        }
    }
}

static void derive_pool(struct scenario *s, struct node_pool *p)
{
    if (p->instance != NULL) {
        p->instances.at = TAKE(s->arena, const char *, 1);
        p->instances.at[0] = p->instance;
        p->instances.count = 1;
    }
    count_nodes(s, p);
    if (p->region != NULL) {
        take_region_apart(s, p);
        name_zones(s, p);
        find_types(s, p);
    }
}

void pools_derive(struct scenario *s)
{
    struct fail fail = {0};
    if (s->node_pools.count == 0 && s->price_books.count == 0) {
        return;
    }
    if (!catalog_load(s->arena, s->names, &s->catalog, &fail)) {
        problems_fail(s->problems, &fail);
        return;
    }
    s->catalog_hash = catalog_hash(&s->catalog);
    for (uint32_t i = 0; i < s->price_books.count; i++) {
        add_book(s, &s->price_books.at[i]);
    }
    for (uint32_t i = 0; i < s->node_pools.count; i++) {
        derive_pool(s, &s->node_pools.at[i]);
    }
}

#include "sim/scenario/catalog.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/buffer.h"
#include "sim/base/csv.h"
#include "sim/base/file.h"
#include "sim/scenario/datadir.h"
#include "sim/scenario/suggest.h"

#define MIB (INT64_C(1) << 20)
#define VCPU_MAX 100000
#define MEMORY_MIB_MAX (INT64_C(1) << 30)

/* The columns of a file; the count of columns where it has none. */
struct columns {
    uint32_t provider, region, type, vcpu, memory, arch, gpu, usd, spot, pods, enis, addresses, source, date;
};

static int by_name(const void *left, const void *right)
{
    const struct catalog_type *a = left, *b = right;
    int order = strcmp(a->region, b->region);
    return order != 0 ? order : strcmp(a->name, b->name);
}

static void sort(struct catalog *c)
{
    if (c->types.count > 0) {
        qsort(c->types.at, c->types.count, sizeof *c->types.at, by_name);
    }
}

static struct catalog_type *known(const struct catalog *c, const char *region, const char *name)
{
    struct catalog_type key = {.region = region, .name = name};
    return c->types.count == 0 ? NULL : bsearch(&key, c->types.at, c->types.count, sizeof key, by_name);
}

static bool find_columns(const struct csv *csv, struct columns *at, struct fail *fail)
{
    *at = (struct columns){
        .provider = csv_column(csv, "provider"),
        .vcpu = csv_column(csv, "vcpu"),
        .memory = csv_column(csv, "memory_mib"),
        .arch = csv_column(csv, "arch"),
        .gpu = csv_column(csv, "gpu"),
        .spot = csv_column(csv, "spot_usd_per_hour"),
        .pods = csv_column(csv, "max_pods"),
        .enis = csv_column(csv, "max_enis"),
        .addresses = csv_column(csv, "ipv4_per_eni"),
        .source = csv_column(csv, "source"),
        .date = csv_column(csv, "date"),
    };
    return csv_need(csv, "region", &at->region, fail) && csv_need(csv, "instance_type", &at->type, fail) &&
           csv_need(csv, "usd_per_hour", &at->usd, fail);
}

/* ---- fields: what a row does not give stays as it was ---- */

static bool given(const struct csv *csv, uint32_t row, uint32_t column)
{
    return column < csv->columns && *csv_text(csv, row, column) != '\0';
}

static bool refuse(const struct csv *csv, uint32_t row, uint32_t column, const char *what, struct fail *fail)
{
    return fail_at(fail, csv_mark(csv, row, column), "%s: \"%s\" %s", csv->text + csv->header[column],
                   csv_text(csv, row, column), what);
}

static bool read_price(const struct csv *csv, uint32_t row, uint32_t column, double *usd, struct fail *fail)
{
    if (!given(csv, row, column)) {
        return true;
    }
    double read;
    if (!csv_double(csv, row, column, &read, fail)) {
        return false;
    }
    if (read <= 0 || read > 1e6) {
        return refuse(csv, row, column, "is no price (US dollars an hour, above 0)", fail);
    }
    *usd = read;
    return true;
}

/* A whole number from low to high, times unit. */
static bool read_count(const struct csv *csv, uint32_t row, uint32_t column, int64_t low, int64_t high, int64_t unit,
                       int64_t *number, struct fail *fail)
{
    if (!given(csv, row, column)) {
        return true;
    }
    int64_t read;
    if (!csv_int64(csv, row, column, &read, fail)) {
        return false;
    }
    if (read < low || read > high) {
        return refuse(csv, row, column, "is out of range", fail);
    }
    *number = read * unit;
    return true;
}

static bool read_small(const struct csv *csv, uint32_t row, uint32_t column, int32_t *number, struct fail *fail)
{
    int64_t read = *number;
    bool good = read_count(csv, row, column, 0, 100000, 1, &read, fail);
    *number = (int32_t)read;
    return good;
}

static void read_name(struct names *names, const struct csv *csv, uint32_t row, uint32_t column, const char **name)
{
    if (given(csv, row, column)) {
        *name = names_text(names, csv_text(csv, row, column));
    }
}

/* "us-east-1" of provider "aws" is "aws/us-east-1"; without a provider the region must say both. */
static bool read_region(struct names *names, const struct csv *csv, const struct columns *at, uint32_t row,
                        struct catalog_type *t, struct fail *fail)
{
    const char *region = csv_text(csv, row, at->region);
    const char *slash = strchr(region, '/');
    if (given(csv, row, at->provider) && slash == NULL && *region != '\0') {
        struct buffer both = {0};
        buffer_format(&both, "%s/%s", csv_text(csv, row, at->provider), region);
        t->provider = names_text(names, csv_text(csv, row, at->provider));
        t->region = names_text(names, both.at);
        buffer_drop(&both);
        return true;
    }
    if (slash == NULL || slash == region || slash[1] == '\0') {
        return refuse(csv, row, at->region, "names no provider (write it as aws/us-east-1, or add a column provider)",
                      fail);
    }
    t->provider = names_intern(names, region, (size_t)(slash - region));
    t->region = names_text(names, region);
    return true;
}

static bool read_row(const struct catalog *c, const struct csv *csv, const struct columns *at, uint32_t row,
                     struct catalog_type *type, struct fail *fail)
{
    struct catalog_type t = {0};
    if (!given(csv, row, at->type)) {
        return refuse(csv, row, at->type, "is no name", fail);
    }
    if (!read_region(c->names, csv, at, row, &t, fail)) {
        return false;
    }
    read_name(c->names, csv, row, at->type, &t.name);
    const struct catalog_type *before = known(c, t.region, t.name);
    if (before != NULL) {
        t = *before;
    }
    t.where = csv_mark(csv, row, 0);
    read_name(c->names, csv, row, at->arch, &t.arch);
    read_name(c->names, csv, row, at->source, &t.source);
    read_name(c->names, csv, row, at->date, &t.date);
    *type = t;
    return read_count(csv, row, at->vcpu, 1, VCPU_MAX, 1000, &type->cpu_mcpu, fail) &&
           read_count(csv, row, at->memory, 1, MEMORY_MIB_MAX, MIB, &type->memory_bytes, fail) &&
           read_price(csv, row, at->usd, &type->usd_per_hour, fail) &&
           read_price(csv, row, at->spot, &type->spot_usd_per_hour, fail) &&
           read_small(csv, row, at->gpu, &type->gpus, fail) && read_small(csv, row, at->pods, &type->max_pods, fail) &&
           read_small(csv, row, at->enis, &type->max_enis, fail) &&
           read_small(csv, row, at->addresses, &type->ipv4_per_eni, fail);
}

/* A type must have a size and a price, from this row or from before. */
static bool complete(struct catalog *c, struct catalog_type *t, struct fail *fail)
{
    if (t->cpu_mcpu == 0 || t->memory_bytes == 0) {
        return fail_at(fail, t->where, "%s in %s: its size is not known (give vcpu and memory_mib)", t->name,
                       t->region);
    }
    if (t->usd_per_hour == 0) {
        return fail_at(fail, t->where, "%s in %s: its price is not known (give usd_per_hour)", t->name, t->region);
    }
    t->arch = t->arch == NULL ? names_text(c->names, "amd64") : t->arch;
    t->source = t->source == NULL ? t->where.file : t->source;
    t->date = t->date == NULL ? names_text(c->names, "") : t->date;
    return true;
}

static bool read_rows(struct catalog *c, const struct csv *csv, struct catalog *rows, struct fail *fail)
{
    struct columns at;
    if (!find_columns(csv, &at, fail)) {
        return false;
    }
    for (uint32_t row = 0; row < csv->rows; row++) {
        struct catalog_type t = {0};
        if (!read_row(c, csv, &at, row, &t, fail) || !complete(c, &t, fail)) {
            return false;
        }
        VEC_PUSH(&rows->types, t);
    }
    sort(rows);
    for (uint32_t i = 1; i < rows->types.count; i++) {
        const struct catalog_type *a = &rows->types.at[i - 1], *b = &rows->types.at[i];
        if (by_name(a, b) == 0) {
            const struct catalog_type *first = a->where.line < b->where.line ? a : b;
            return fail_at(fail, first == a ? b->where : a->where,
                           "%s in %s stands twice, first in line %u (remove one)", a->name, a->region,
                           first->where.line);
        }
    }
    return true;
}

bool catalog_add(struct catalog *catalog, struct arena *a, const char *file, const char *text, size_t length,
                 struct fail *fail)
{
    struct csv csv;
    struct catalog rows = {.names = catalog->names};
    bool good = csv_read(a, names_text(catalog->names, file), text, length, &csv, fail) &&
                read_rows(catalog, &csv, &rows, fail);
    uint32_t before = catalog->types.count;
    for (uint32_t i = 0; good && i < rows.types.count; i++) {
        struct catalog_type *t = &rows.types.at[i];
        struct catalog_type *old =
            known(&(struct catalog){.types = {catalog->types.at, before, before}}, t->region, t->name);
        if (old != NULL) {
            *old = *t;
        } else {
            VEC_PUSH(&catalog->types, *t);
        }
    }
    sort(catalog);
    VEC_DROP(&rows.types);
    return good;
}

static int by_text(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static bool add_file(struct catalog *c, struct arena *a, const char *path, struct fail *fail)
{
    const char *text;
    size_t length;
    return file_read(a, path, &text, &length, fail) && catalog_add(c, a, path, text, length, fail);
}

static bool add_folder(struct catalog *c, struct arena *a, const char *folder, struct fail *fail)
{
    DIR *dir = opendir(folder);
    if (dir == NULL) {
        return fail_set(fail, FAIL_SYSTEM, "%s: cannot be read: %s", folder, strerror(errno));
    }
    VEC(const char *) paths = {0};
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        const char *end = strrchr(entry->d_name, '.');
        if (end != NULL && end != entry->d_name && strcmp(end, ".csv") == 0) {
            VEC_PUSH(&paths, arena_format(a, "%s/%s", folder, entry->d_name));
        }
    }
    closedir(dir);
    if (paths.count > 0) {
        qsort(paths.at, paths.count, sizeof *paths.at, by_text);
    }
    bool good = true;
    for (uint32_t i = 0; i < paths.count && good; i++) {
        good = add_file(c, a, paths.at[i], fail);
    }
    VEC_DROP(&paths);
    return good;
}

bool catalog_load(struct arena *a, struct names *names, struct catalog *catalog, struct fail *fail)
{
    *catalog = (struct catalog){.names = names};
    const char *folder = datadir_find(a, "prices", fail);
    bool good = folder != NULL && add_folder(catalog, a, folder, fail);
    if (!good) {
        catalog_drop(catalog);
    }
    return good;
}

/* Says which regions there are; types are sorted by them. */
static void refuse_region(const struct catalog *c, const char *region, struct fail *fail)
{
    struct suggest near = {.wanted = region};
    struct buffer all = {0};
    const char *last = NULL;
    for (uint32_t i = 0; i < c->types.count; i++) {
        if (c->types.at[i].region != last) {
            last = c->types.at[i].region;
            suggest_offer(&near, last);
            buffer_format(&all, all.count == 0 ? "%s" : ", %s", last);
        }
    }
    if (near.nearest != NULL) {
        fail_set(fail, FAIL_INPUT, "no prices for region \"%s\" (did you mean %s?)", region, near.nearest);
    } else {
        fail_set(fail, FAIL_INPUT, "no prices for region \"%s\" (there are: %s; others need a PriceBook)", region,
                 buffer_string(&all));
    }
    buffer_drop(&all);
}

static void refuse_type(const struct catalog *c, const char *region, const char *name, struct fail *fail)
{
    struct suggest near = {.wanted = name};
    const char *elsewhere = NULL;
    for (uint32_t i = 0; i < c->types.count; i++) {
        const struct catalog_type *t = &c->types.at[i];
        if (strcmp(t->region, region) == 0) {
            suggest_offer(&near, t->name);
        } else if (strcmp(t->name, name) == 0) {
            elsewhere = t->region;
        }
    }
    if (elsewhere != NULL) {
        fail_set(fail, FAIL_INPUT,
                 "no price of instance type \"%s\" in %s; there is one in %s (a PriceBook can add it)", name, region,
                 elsewhere);
    } else if (near.nearest != NULL) {
        fail_set(fail, FAIL_INPUT, "no instance type \"%s\" in %s (did you mean %s?)", name, region, near.nearest);
    } else {
        fail_set(fail, FAIL_INPUT, "no instance type \"%s\" in %s (add it by a PriceBook)", name, region);
    }
}

static bool has_region(const struct catalog *c, const char *region)
{
    for (uint32_t i = 0; i < c->types.count; i++) {
        if (strcmp(c->types.at[i].region, region) == 0) {
            return true;
        }
    }
    return false;
}

const struct catalog_type *catalog_find(const struct catalog *catalog, const char *region, const char *name,
                                        struct fail *fail)
{
    const struct catalog_type *found = known(catalog, region, name);
    if (found != NULL) {
        return found;
    }
    if (has_region(catalog, region)) {
        refuse_type(catalog, region, name, fail);
    } else {
        refuse_region(catalog, region, fail);
    }
    return NULL;
}

uint64_t catalog_hash(const struct catalog *catalog)
{
    struct buffer text = {0};
    for (uint32_t i = 0; i < catalog->types.count; i++) {
        const struct catalog_type *t = &catalog->types.at[i];
        buffer_format(&text,
                      "%s %s %s %" PRId64 " %" PRId64 " %" PRId32 " %.17g %.17g %" PRId32 " %" PRId32 " %" PRId32 "\n",
                      t->region, t->name, t->arch, t->cpu_mcpu, t->memory_bytes, t->gpus, t->usd_per_hour,
                      t->spot_usd_per_hour, t->max_pods, t->max_enis, t->ipv4_per_eni);
    }
    uint64_t hash = names_hash(buffer_string(&text), text.count);
    buffer_drop(&text);
    return hash;
}

void catalog_drop(struct catalog *catalog)
{
    VEC_DROP(&catalog->types);
}

#include "reports/focus.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reports/cents.h"
#include "reports/print.h"
#include "sim/base/csv.h"
#include "sim/base/json.h"

/* A row. Texts that are null are null in the file. */
struct charge {
    const char *account_id, *account_name, *account_type, *sub_account_id, *sub_account_name, *sub_account_type;
    const char *currency, *category, *description, *frequency;
    const char *period_start, *period_end, *charge_start, *charge_end;
    const char *pricing_category, *unit, *provider, *region_id, *region_name;
    const char *resource_id, *resource_name, *resource_type;
    const char *service_category, *service_name, *service_subcategory;
    const char *sku_id, *sku_meter, *sku_details, *sku_price_id, *tags;
    const char *none; /* what a simulation does not know: always null */
    const char *part, *price_source, *price_date, *simulated, *run_id;
    int64_t cost_nusd, list_nusd;
    double hours, price, list_price;
};

enum type { TEXT, TIME, NUSD, NUMBER, JSON };

#define AT(member) offsetof(struct charge, member)

static const struct {
    const char *name;
    enum type type;
    size_t at;
} columns[] = {
    {"AvailabilityZone", TEXT, AT(none)},
    {"BilledCost", NUSD, AT(cost_nusd)},
    {"BillingAccountId", TEXT, AT(account_id)},
    {"BillingAccountName", TEXT, AT(account_name)},
    {"BillingAccountType", TEXT, AT(account_type)},
    {"BillingCurrency", TEXT, AT(currency)},
    {"BillingPeriodEnd", TIME, AT(period_end)},
    {"BillingPeriodStart", TIME, AT(period_start)},
    {"CapacityReservationId", TEXT, AT(none)},
    {"CapacityReservationStatus", TEXT, AT(none)},
    {"ChargeCategory", TEXT, AT(category)},
    {"ChargeClass", TEXT, AT(none)},
    {"ChargeDescription", TEXT, AT(description)},
    {"ChargeFrequency", TEXT, AT(frequency)},
    {"ChargePeriodEnd", TIME, AT(charge_end)},
    {"ChargePeriodStart", TIME, AT(charge_start)},
    {"CommitmentDiscountCategory", TEXT, AT(none)},
    {"CommitmentDiscountId", TEXT, AT(none)},
    {"CommitmentDiscountName", TEXT, AT(none)},
    {"CommitmentDiscountQuantity", TEXT, AT(none)},
    {"CommitmentDiscountStatus", TEXT, AT(none)},
    {"CommitmentDiscountType", TEXT, AT(none)},
    {"CommitmentDiscountUnit", TEXT, AT(none)},
    {"ConsumedQuantity", NUMBER, AT(hours)},
    {"ConsumedUnit", TEXT, AT(unit)},
    {"ContractedCost", NUSD, AT(cost_nusd)},
    {"ContractedUnitPrice", NUMBER, AT(price)},
    {"EffectiveCost", NUSD, AT(cost_nusd)},
    {"InvoiceId", TEXT, AT(none)},
    {"InvoiceIssuerName", TEXT, AT(provider)},
    {"ListCost", NUSD, AT(list_nusd)},
    {"ListUnitPrice", NUMBER, AT(list_price)},
    {"PricingCategory", TEXT, AT(pricing_category)},
    {"PricingCurrency", TEXT, AT(currency)},
    {"PricingCurrencyContractedUnitPrice", NUMBER, AT(price)},
    {"PricingCurrencyEffectiveCost", NUSD, AT(cost_nusd)},
    {"PricingCurrencyListUnitPrice", NUMBER, AT(list_price)},
    {"PricingQuantity", NUMBER, AT(hours)},
    {"PricingUnit", TEXT, AT(unit)},
    {"ProviderName", TEXT, AT(provider)},
    {"PublisherName", TEXT, AT(provider)},
    {"RegionId", TEXT, AT(region_id)},
    {"RegionName", TEXT, AT(region_name)},
    {"ResourceId", TEXT, AT(resource_id)},
    {"ResourceName", TEXT, AT(resource_name)},
    {"ResourceType", TEXT, AT(resource_type)},
    {"ServiceCategory", TEXT, AT(service_category)},
    {"ServiceName", TEXT, AT(service_name)},
    {"ServiceSubcategory", TEXT, AT(service_subcategory)},
    {"SkuId", TEXT, AT(sku_id)},
    {"SkuMeter", TEXT, AT(sku_meter)},
    {"SkuPriceDetails", JSON, AT(sku_details)},
    {"SkuPriceId", TEXT, AT(sku_price_id)},
    {"SubAccountId", TEXT, AT(sub_account_id)},
    {"SubAccountName", TEXT, AT(sub_account_name)},
    {"SubAccountType", TEXT, AT(sub_account_type)},
    {"Tags", JSON, AT(tags)},
    {"x_Part", TEXT, AT(part)},
    {"x_PriceDate", TEXT, AT(price_date)},
    {"x_PriceSource", TEXT, AT(price_source)},
    {"x_RunId", TEXT, AT(run_id)},
    {"x_Simulated", TEXT, AT(simulated)},
};

enum { COLUMNS = sizeof columns / sizeof columns[0] };

/* ---- a row ---- */

struct writer {
    struct csv_writer csv;
    const struct recording *r;
    const struct finance *f;
    struct arena scratch; /* of one row */
    struct buffer text;
};

/* The text that was put together; the next one starts empty. */
static const char *take(struct writer *w)
{
    const char *text = arena_text(&w->scratch, buffer_string(&w->text), w->text.count);
    buffer_clear(&w->text);
    return text;
}

static const char *instant(struct writer *w, int64_t t_s)
{
    print_instant(&w->text, w->r->start_s, t_s);
    return take(w);
}

/* The calendar month of a time of the run, and the instant at which it ends. */
static void set_period(struct writer *w, struct charge *c, int64_t t_s)
{
    const char *now = instant(w, t_s);
    int year = atoi(now), month = atoi(now + 5);
    c->period_start = arena_format(&w->scratch, "%04d-%02d-01T00:00:00Z", year, month);
    c->period_end = arena_format(&w->scratch, "%04d-%02d-01T00:00:00Z", month < 12 ? year : year + 1, month % 12 + 1);
}

static const char *provider_name(const char *region)
{
    static const char *const names[][2] = {{"aws/", "AWS"}, {"gcp/", "Google Cloud"}, {"azure/", "Microsoft"}};
    for (size_t i = 0; region != NULL && i < sizeof names / sizeof names[0]; i++) {
        if (strncmp(region, names[i][0], strlen(names[i][0])) == 0) {
            return names[i][1];
        }
    }
    return "Other";
}

static void set_pool(struct writer *w, struct charge *c, const struct report_pool *p)
{
    const char *slash = p->region == NULL ? NULL : strchr(p->region, '/');
    struct json_writer json = {.out = &w->text};
    c->service_name = "Kubernetes nodes";
    c->service_subcategory = "Virtual Machines";
    c->provider = provider_name(p->region);
    c->region_id = c->region_name = slash == NULL ? p->region : slash + 1;
    c->pricing_category = strcmp(p->purchase, "spot") == 0 ? "Dynamic" : "Standard";
    c->sku_id = p->instance;
    c->sku_meter = "Node hours";
    c->sku_price_id =
        arena_format(&w->scratch, "%s/%s/%s", p->region == NULL ? "" : p->region, p->instance, p->purchase);
    json_begin_map(&json);
    json_key(&json, "CoreCount");
    json_double(&json, (double)p->capacity_mcpu / 1000);
    json_key(&json, "InstanceType");
    json_text(&json, p->instance);
    json_key(&json, "OperatingSystem");
    json_text(&json, "Linux");
    json_end_map(&json);
    c->sku_details = take(w);
    c->price_source = p->price_source;
    c->price_date = p->price_date;
    c->price = p->usd_per_hour;
    c->list_price = p->list_usd_per_hour;
}

static void set_control_plane(struct writer *w, struct charge *c)
{
    c->service_name = "Kubernetes control plane";
    c->service_subcategory = "Containers";
    c->provider = provider_name(w->r->pools_count > 0 ? w->r->pools[0].region : NULL);
    c->pricing_category = "Standard";
    c->sku_id = c->sku_price_id = "control-plane";
    c->sku_meter = "Cluster hours";
    c->price = c->list_price = w->r->control_plane_usd_per_hour;
    c->resource_id = arena_format(&w->scratch, "%s/control-plane", w->r->scenario);
    c->resource_name = "control plane";
    c->resource_type = "Kubernetes cluster";
    c->description = "Simulated: control plane of the cluster";
}

static void set_workload(struct writer *w, struct charge *c, const struct report_workload *x,
                         const struct report_pool *p)
{
    const char *kind = x == NULL ? "Pod" : x->kind;
    c->resource_id = x == NULL ? arena_format(&w->scratch, "%s/pods", w->r->scenario)
                               : arena_format(&w->scratch, "%s/%s/%s/%s", w->r->scenario, x->namespace, kind, x->name);
    c->resource_name = x == NULL ? "pods of no workload" : x->name;
    c->resource_type = arena_format(&w->scratch, "Kubernetes %s", kind);
    c->description =
        x == NULL ? arena_format(&w->scratch, "Simulated: pods of no workload on pool %s", p->name)
                  : arena_format(&w->scratch, "Simulated: %s %s/%s on pool %s", kind, x->namespace, x->name, p->name);
}

/* A namespace is to a cluster what a sub account is to an account. */
static void set_namespace(struct writer *w, struct charge *c, const struct report_workload *x)
{
    c->sub_account_id = arena_format(&w->scratch, "%s/%s", w->r->scenario, x->namespace);
    c->sub_account_name = x->namespace;
    c->sub_account_type = "Kubernetes namespace";
}

static void set_rest(struct writer *w, struct charge *c, const struct report_pool *p, enum report_part part)
{
    c->resource_id = arena_format(&w->scratch, "%s/nodepool/%s", w->r->scenario, p->name);
    c->resource_name = p->name;
    c->resource_type = "Kubernetes node pool";
    c->description = arena_format(&w->scratch, "Simulated: %s of pool %s",
                                  part == PART_IDLE ? "idle capacity" : "capacity reserved for the system", p->name);
}

static void tag(struct json_writer *json, const char *key, const char *value)
{
    if (value != NULL && *value != '\0') {
        json_key(json, key);
        json_text(json, value);
    }
}

static const char *tags_of(struct writer *w, const struct charge *c, const struct report_workload *x,
                           const struct report_pool *p)
{
    struct json_writer json = {.out = &w->text};
    json_begin_map(&json);
    tag(&json, "part", c->part);
    tag(&json, "pool", p == NULL ? NULL : p->name);
    if (x != NULL) {
        tag(&json, "team", x->team);
        tag(&json, "namespace", x->namespace);
        tag(&json, "kind", x->kind);
        tag(&json, "workload", x->name);
        tag(&json, "shared", x->shared ? "true" : "false");
    }
    json_end_map(&json);
    return take(w);
}

static struct charge charge_of(struct writer *w, const struct report_cost_day *d)
{
    static const char *const parts[] = {"workload", "idle", "system"};
    const struct report_workload *x = d->workload == RECORDING_NONE ? NULL : &w->r->workloads[d->workload];
    const struct report_pool *p = d->pool == RECORDING_NONE ? NULL : &w->r->pools[d->pool];
    struct recording_span day = recording_day(w->r, d->day);
    struct charge c = {.account_id = arena_format(&w->scratch, "headroom/%s", w->r->scenario),
                       .account_name = w->r->scenario,
                       .currency = "USD",
                       .category = "Usage",
                       .frequency = "Usage-Based",
                       .account_type = "Simulated cluster",
                       .unit = "Hours",
                       .service_category = "Compute",
                       .part = parts[d->part],
                       .simulated = "true",
                       .run_id = w->f->run_id,
                       .cost_nusd = d->cpu_nusd + d->memory_nusd};
    set_period(w, &c, day.from_s);
    c.charge_start = instant(w, day.from_s);
    c.charge_end = instant(w, day.to_s);
    if (p == NULL) {
        set_control_plane(w, &c);
    } else {
        set_pool(w, &c, p);
        (void)(d->part == PART_WORKLOAD ? set_workload(w, &c, x, p) : set_rest(w, &c, p, d->part));
    }
    if (x != NULL) {
        set_namespace(w, &c, x);
    }
    c.hours = c.price > 0 ? (double)c.cost_nusd * 1e-9 / c.price : 0;
    c.list_nusd = c.list_price == c.price ? c.cost_nusd : llround(c.hours * c.list_price * 1e9);
    c.tags = tags_of(w, &c, x, p);
    return c;
}

/* ---- fields ---- */

/* Plain decimals, for the specification knows no exponent with a plus; 12 digits behind the point are enough for prices
 * times hours to be the cost. */
static const char *decimal(struct writer *w, double x)
{
    buffer_format(&w->text, "%.12f", x);
    while (w->text.at[w->text.count - 1] == '0') {
        w->text.at[--w->text.count] = '\0';
    }
    if (w->text.at[w->text.count - 1] == '.') {
        w->text.at[--w->text.count] = '\0';
    }
    return take(w);
}

static void field(struct writer *w, const struct charge *c, int index)
{
    const char *at = (const char *)c + columns[index].at, *text = NULL;
    int64_t nusd = 0;
    double number = 0;
    switch (columns[index].type) {
    case NUSD:
        memcpy(&nusd, at, sizeof nusd);
        cents_print_nusd(&w->text, nusd);
        text = take(w);
        break;
    case NUMBER:
        memcpy(&number, at, sizeof number);
        text = decimal(w, number);
        break;
    default:
        memcpy(&text, at, sizeof text);
    }
    csv_add_text(&w->csv, text == NULL ? "" : text);
}

void focus_write(struct buffer *out, const struct recording *r, const struct finance *f)
{
    struct writer w = {.csv = {.out = out}, .r = r, .f = f};
    for (int i = 0; i < COLUMNS; i++) {
        csv_add_text(&w.csv, columns[i].name);
    }
    csv_end_row(&w.csv);
    for (uint32_t row = 0; row < r->cost_days_count; row++) {
        w.scratch = *r->arena;
        struct charge c = charge_of(&w, &r->cost_days[row]);
        for (int i = 0; i < COLUMNS; i++) {
            field(&w, &c, i);
        }
        csv_end_row(&w.csv);
    }
    buffer_drop(&w.text);
}

/* ---- metadata ---- */

static void member(struct json_writer *json, const char *key, const char *value)
{
    json_key(json, key);
    json_text(json, value);
}

static void define_column(struct json_writer *json, int index)
{
    static const char *const types[] = {"STRING", "DATETIME", "DECIMAL", "DECIMAL", "JSON"};
    json_begin_map(json);
    member(json, "ColumnName", columns[index].name);
    member(json, "DataType", types[columns[index].type]);
    if (columns[index].type == TEXT || columns[index].type == JSON) {
        member(json, "StringEncoding", "UTF-8");
    }
    if (columns[index].type == NUSD || columns[index].type == NUMBER) {
        json_key(json, "NumericPrecision");
        json_integer(json, columns[index].type == NUSD ? 19 : 24);
        json_key(json, "NumberScale");
        json_integer(json, columns[index].type == NUSD ? 9 : 12);
    }
    json_end_map(json);
}

static void schema(struct json_writer *json, const struct recording *r)
{
    json_begin_map(json);
    member(json, "SchemaId", "headroom-focus-1.2-1");
    member(json, "FocusVersion", "1.2");
    member(json, "DataGeneratorVersion", r->version);
    member(json, "CreationDate", "2026-11-25T00:00:00Z"); /* of this list of columns, not of the file */
    json_key(json, "ColumnDefinition");
    json_begin_list(json);
    for (int i = 0; i < COLUMNS; i++) {
        define_column(json, i);
    }
    json_end_list(json);
    json_end_map(json);
}

void focus_write_metadata(struct buffer *out, const struct recording *r, const struct finance *f)
{
    struct json_writer json = {.out = out};
    json_begin_map(&json);
    json_key(&json, "DataGenerator");
    json_begin_map(&json);
    member(&json, "DataGenerator", "headroom");
    json_end_map(&json);
    json_key(&json, "Schema");
    json_begin_list(&json);
    schema(&json, r);
    json_end_list(&json);
    json_key(&json, "x_Simulated");
    json_bool(&json, true);
    member(&json, "x_RunId", f->run_id);
    member(&json, "x_Scenario", r->scenario);
    member(&json, "x_Prices", f->prices);
    member(&json, "x_DataFile", "focus.csv");
    json_end_map(&json);
    buffer_byte(out, '\n');
}

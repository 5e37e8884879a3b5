#include <math.h>
#include <string.h>

#include "reports/focus.h"
#include "sim/base/csv.h"
#include "sim/base/json.h"
#include "tests/unit/finance_week.h"

static struct csv bill(struct finance_week *o)
{
    struct csv csv;
    struct fail fail;
    struct buffer text = {0};
    focus_write(&text, &o->r, &o->f);
    cr_assert(csv_read(&o->a, "focus.csv", text.at, text.count, &csv, &fail), "%s", fail.text);
    buffer_drop(&text);
    return csv;
}

static const char *cell(const struct csv *csv, uint32_t row, const char *column)
{
    return csv_text(csv, row, csv_column(csv, column));
}

Test(focus, each_cost_sums_exactly_to_what_was_spent)
{
    static const char *const costs[] = {"BilledCost", "EffectiveCost", "ContractedCost", "ListCost"};
    struct finance_week *o = open_week("");
    struct csv csv = bill(o);
    for (size_t i = 0; i < sizeof costs / sizeof costs[0]; i++) {
        int64_t sum = 0;
        for (uint32_t row = 0; row < csv.rows; row++) {
            sum += nusd_of(cell(&csv, row, costs[i]));
        }
        cr_expect_eq(sum, spent_nusd(&o->r), "%s", costs[i]);
    }
    close_week(o);
}

/* The columns of FOCUS 1.2, sorted, and then the five of our own. */
Test(focus, all_57_columns_come_before_custom_ones)
{
    struct finance_week *o = open_week("");
    struct csv csv = bill(o);
    cr_assert_eq(csv.columns, 57 + 5);
    for (uint32_t i = 0; i < csv.columns; i++) {
        bool custom = strncmp(csv.text + csv.header[i], "x_", 2) == 0;
        cr_expect_eq(custom, i >= 57, "%s", csv.text + csv.header[i]);
    }
    cr_expect_eq(csv_column(&csv, "AvailabilityZone"), 0);
    close_week(o);
}

/* $0.192 an hour: quantity times price is the cost, to 1e-9. */
Test(focus, price_times_quantity_is_cost)
{
    struct finance_week *o = open_week("");
    struct csv csv = bill(o);
    struct fail fail;
    for (uint32_t row = 0; row < csv.rows; row++) {
        double price, quantity, cost;
        cr_assert(csv_double(&csv, row, csv_column(&csv, "ContractedUnitPrice"), &price, &fail));
        cr_assert(csv_double(&csv, row, csv_column(&csv, "PricingQuantity"), &quantity, &fail));
        cr_assert(csv_double(&csv, row, csv_column(&csv, "ContractedCost"), &cost, &fail));
        cr_expect_float_eq(price * quantity, cost, 2e-9);
    }
    close_week(o);
}

/* 28 % off: the list cost is cost / 0.72. */
Test(focus, a_discount_shows_between_list_and_contract)
{
    struct finance_week *o = open_week("UPDATE pool SET list_usd_per_hour = usd_per_hour / 0.72");
    struct csv csv = bill(o);
    double list = (double)nusd_of(cell(&csv, 0, "ListCost")), cost = (double)nusd_of(cell(&csv, 0, "ContractedCost"));
    cr_expect_float_eq(list * 0.72, cost, 1);
    close_week(o);
}

Test(focus, rows_say_whose_they_are_and_that_nothing_was_invoiced)
{
    struct finance_week *o = open_week("");
    struct csv csv = bill(o);
    cr_expect_str_eq(cell(&csv, 0, "ChargePeriodStart"), "2026-05-04T00:00:00Z");
    cr_expect_str_eq(cell(&csv, 0, "ChargePeriodEnd"), "2026-05-05T00:00:00Z");
    cr_expect_str_eq(cell(&csv, 0, "BillingPeriodStart"), "2026-05-01T00:00:00Z");
    cr_expect_str_eq(cell(&csv, 0, "BillingPeriodEnd"), "2026-06-01T00:00:00Z");
    cr_expect_str_eq(cell(&csv, 0, "ResourceId"), "concert/default/Deployment/ride-api");
    cr_expect_str_eq(cell(&csv, 0, "Tags"),
                     "{\"part\":\"workload\",\"pool\":\"general\",\"team\":\"rides\",\"namespace\":\"default\","
                     "\"kind\":\"Deployment\",\"workload\":\"ride-api\",\"shared\":\"false\"}");
    for (uint32_t row = 0; row < csv.rows; row++) {
        cr_expect_str_eq(cell(&csv, row, "x_Simulated"), "true");
        cr_expect_str_eq(cell(&csv, row, "x_RunId"), o->f.run_id);
        cr_expect_str_eq(cell(&csv, row, "InvoiceId"), "");
    }
    close_week(o);
}

Test(focus, spot_is_dynamic_and_december_ends_in_january)
{
    struct finance_week *o = open_week("UPDATE run SET value = '2026-12-28T00:00:00Z' WHERE key = 'start'");
    struct csv csv = bill(o);
    bool spot = false;
    for (uint32_t row = 0; row < csv.rows; row++) {
        bool batch = strcmp(cell(&csv, row, "SkuId"), "c6i.xlarge") == 0;
        cr_expect_str_eq(cell(&csv, row, "PricingCategory"), batch ? "Dynamic" : "Standard");
        spot = spot || batch;
    }
    cr_expect(spot);
    cr_expect_str_eq(cell(&csv, 0, "BillingPeriodEnd"), "2027-01-01T00:00:00Z");
    close_week(o);
}

Test(focus, the_control_plane_is_a_charge_of_its_own)
{
    struct finance_week *o = open_week("INSERT INTO cost_day VALUES (0, NULL, 'system', NULL, 2400000000, 0);"
                                       "INSERT INTO run VALUES ('control_plane_usd_per_hour', '0.1')");
    struct csv csv = bill(o);
    uint32_t found = 0;
    for (uint32_t row = 0; row < csv.rows; row++) {
        if (strcmp(cell(&csv, row, "ServiceName"), "Kubernetes control plane") == 0) {
            cr_expect_str_eq(cell(&csv, row, "PricingQuantity"), "24");
            cr_expect_str_eq(cell(&csv, row, "BilledCost"), "2.4");
            found++;
        }
    }
    cr_expect_eq(found, 1);
    close_week(o);
}

Test(focus, metadata_defines_each_column_once)
{
    struct finance_week *o = open_week("");
    struct csv csv = bill(o);
    struct buffer text = {0};
    struct fail fail;
    struct names names = names_make(&o->a);
    focus_write_metadata(&text, &o->r, &o->f);
    const struct value *v = json_read(&o->a, &names, "focus_metadata.json", text.at, text.count, &fail);
    cr_assert_not_null(v, "%s", fail.text);
    const struct value *schema = value_get(v, "Schema")->items[0];
    const struct value *columns = value_get(schema, "ColumnDefinition");
    cr_expect_str_eq(value_get(schema, "FocusVersion")->text, "1.2");
    cr_assert_eq(columns->count, csv.columns);
    for (uint32_t i = 0; i < csv.columns; i++) {
        cr_expect_str_eq(value_get(columns->items[i], "ColumnName")->text, csv.text + csv.header[i]);
    }
    names_drop(&names);
    buffer_drop(&text);
    close_week(o);
}

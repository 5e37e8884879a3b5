/* When clocks are changed, against the dates that governments give out. */
#include <criterion/criterion.h>

#include "sim/scenario/units.h"
#include "sim/scenario/zones.h"

static int64_t at(const char *time)
{
    int64_t ns = 0;
    cr_assert(units_time(time, &ns), "%s", time);
    return ns / UNITS_SECOND_NS;
}

/* The zone is east_s east of UTC from then on, and was not before. */
static void expect_change(const char *name, const char *time, int32_t east_s)
{
    struct arena a = arena_make(4096);
    struct cron_zone zone;
    uint32_t found = 0;
    cr_assert(zones_clock(name, 2025, 2028, &a, &zone));
    for (uint32_t i = 0; i < zone.count; i++) {
        found += zone.offsets[i].from_s == at(time) && zone.offsets[i].east_s == east_s;
        cr_assert(i == 0 || zone.offsets[i].from_s > zone.offsets[i - 1].from_s);
    }
    cr_assert_eq(found, 1, "%s: no change at %s", name, time);
    arena_drop(&a);
}

Test(zones, clocks_are_changed_when_they_are)
{
    expect_change("Europe/Berlin", "2026-03-29T01:00:00Z", 7200);
    expect_change("Europe/Berlin", "2026-10-25T01:00:00Z", 3600);
    expect_change("America/New_York", "2026-03-08T07:00:00Z", -4 * 3600);
    expect_change("America/New_York", "2026-11-01T06:00:00Z", -5 * 3600);
    expect_change("Australia/Sydney", "2026-04-04T16:00:00Z", 10 * 3600);
    expect_change("Australia/Sydney", "2026-10-03T16:00:00Z", 11 * 3600);
    expect_change("Europe/Dublin", "2026-03-29T01:00:00Z", 3600);
    expect_change("Australia/Lord_Howe", "2026-10-03T15:30:00Z", 11 * 3600);
    expect_change("America/St_Johns", "2028-03-12T05:30:00Z", -9000);
}

Test(zones, a_zone_without_summer_time_has_one_offset_and_utc_has_none)
{
    struct arena a = arena_make(4096);
    struct cron_zone zone;
    cr_assert(zones_clock("Asia/Kathmandu", 2025, 2028, &a, &zone));
    cr_assert(zone.count == 1 && zone.offsets[0].east_s == 20700);
    cr_assert(zones_clock("Etc/UTC", 2025, 2028, &a, &zone));
    cr_assert_eq(zone.count, 0);
    cr_assert_not(zones_clock("Europe/Berln", 2025, 2028, &a, &zone));
    cr_assert_not(zones_clock("", 2025, 2028, &a, &zone));
    arena_drop(&a);
}

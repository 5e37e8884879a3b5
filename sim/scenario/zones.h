/* zones.h -- time zones: their names, and how their clocks are changed.
 *
 * Kept here so that a check and a run say the same on every machine, whatever it has of its own. Clocks are those of today's
 * rules, for any year; what was another way once, and the moving dates of Morocco and Western Sahara, are left out.
 *
 * Source: IANA time zone database 2025b, zones and links, and the rule at the end of each zone's file.
 */
#ifndef SIM_SCENARIO_ZONES_H
#define SIM_SCENARIO_ZONES_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/base/arena.h"
#include "sim/scenario/cron.h"

/* Whether there is a zone of that name, letters in the case in which it is written: Europe/Berlin. */
bool zones_have(const char *name);

/* The nearest name to a misspelt one; null: none is near. It lies in room, which is returned. */
enum { ZONE_ROOM = 40 };
const char *zones_suggest(const char *name, char room[ZONE_ROOM]);

/* The offsets of a zone from year_first (1970 or later) to year_last, in a. False: there is none of that name; *zone is
 * UTC's. */
bool zones_clock(const char *name, int32_t year_first, int32_t year_last, struct arena *a,
                 struct cron_zone *zone) MUST_CHECK;

#endif

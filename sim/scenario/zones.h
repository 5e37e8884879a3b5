/* zones.h -- the names of time zones.
 *
 * Kept here so that a check says the same on every machine, whatever it has of its own.
 *
 * Source: IANA time zone database 2025b, zones and links.
 */
#ifndef SIM_SCENARIO_ZONES_H
#define SIM_SCENARIO_ZONES_H

#include <stdbool.h>

/* Whether there is a zone of that name, letters in the case in which it is written: Europe/Berlin. */
bool zones_have(const char *name);

/* The nearest name to a misspelt one; null: none is near. It lies in room, which is returned. */
enum { ZONE_ROOM = 40 };
const char *zones_suggest(const char *name, char room[ZONE_ROOM]);

#endif

/* guess.h -- the settings that follow from what was measured of today, before anything is tried: requests as use and a margin,
 * as many pods as bear the most that is used, limits and bounds raised where they were met.
 */
#ifndef REPORTS_GUESS_H
#define REPORTS_GUESS_H

#include "reports/search.h"

/* In the trial's arena. */
struct setting *guess_make(const struct search *s);

#endif

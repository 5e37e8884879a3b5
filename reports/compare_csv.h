/* compare_csv.h -- the bridge of a comparison as a table for a spreadsheet: BASE, the steps, CANDIDATE. */
#ifndef REPORTS_COMPARE_CSV_H
#define REPORTS_COMPARE_CSV_H

#include "reports/compare.h"

/* Adds columns step, usd, usd_low, usd_high, means; amounts to the cent, the steps sum to CANDIDATE less BASE. */
void compare_csv_write(struct buffer *out, const struct comparison *c);

#endif

/* print.h -- amounts as people read them, added to a text.
 *
 * The same double always gives the same characters: no locale, no clock. What is not a number (NaN) is "-".
 */
#ifndef REPORTS_PRINT_H
#define REPORTS_PRINT_H

#include <stdint.h>

#include "sim/base/buffer.h"

/* x to `digits` significant digits, without exponent, with commas between thousands: 12,400; 0.0123. From 10^digits on
 * all digits before the point are kept. */
void print_number(struct buffer *out, double x, int digits);

/* Dollars: $12,345; $9.81; $0.00123. */
void print_usd(struct buffer *out, double usd);

/* From low to high, as print has them: "$929 to $1,011"; one of them where both read the same. */
void print_span(struct buffer *out, double low, double high, void (*print)(struct buffer *out, double x));

/* For how many of a thing to give its price, so that cents do not vanish: 1, 1,000 or 1,000,000. */
double print_many(double usd_each);

/* "for each ride", "for a thousand rides", "for a million rides". */
void print_many_units(struct buffer *out, double many, const char *unit);

/* A share as percent, 3 significant digits: 12.3 %. From 0.99 up, three decimals, cut, so that 0.99949 is not shown as
 * the 99.95 % that it missed. */
void print_share(struct buffer *out, double share);

/* milli-CPU as cores and bytes as GiB, three digits, without the unit. */
void print_cores(struct buffer *out, double mcpu);
void print_gib(struct buffer *out, double bytes);

/* Seconds in the unit that suits: 250 us, 12.3 ms, 4.5 s, 75 s, 12 min, 3.2 h, 7 d. */
void print_seconds(struct buffer *out, double seconds);

/* A time of a run that starts start_s after 1970, as weekday and clock: Sat 22:08 UTC. */
void print_clock(struct buffer *out, int64_t start_s, int64_t t_s);

/* The same as an instant: 2026-05-09T22:08:00Z. */
void print_instant(struct buffer *out, int64_t start_s, int64_t t_s);

/* Both: Sat 9 May 22:08. */
void print_when(struct buffer *out, int64_t start_s, int64_t t_s);

/* Only the day, "Sat 9 May", its short form "Sat 9", and only the clock, "22:08". */
void print_day(struct buffer *out, int64_t start_s, int64_t t_s);
void print_short_day(struct buffer *out, int64_t start_s, int64_t t_s);
void print_hour(struct buffer *out, int64_t start_s, int64_t t_s);

/* x to 9 significant digits: what reports write into JSON, so that a last bit of arithmetic never shows. */
double print_nine_digits(double x);

#endif

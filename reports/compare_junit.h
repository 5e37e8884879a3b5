/* compare_junit.h -- the gates of a comparison as JUnit XML, as CI servers read it: a test case for each gate, a failure
 * where it failed, skipped where it is undecided (with strict: a failure). */
#ifndef REPORTS_COMPARE_JUNIT_H
#define REPORTS_COMPARE_JUNIT_H

#include "reports/compare.h"

/* Adds the file to out: XML 1.0, UTF-8. */
void compare_junit_write(struct buffer *out, const struct comparison *c);

#endif

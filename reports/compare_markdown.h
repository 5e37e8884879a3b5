/* compare_markdown.h -- a comparison as the comment of a merge request: GitHub's and GitLab's Markdown.
 *
 * The first line is a hidden marker with the scenario's name, by which a CI job finds the comment that it wrote before and
 * writes it anew. However much there is to say, it stays under COMPARE_MARKDOWN_MAX bytes, GitHub's limit being 65,536
 * characters; what is left out is counted.
 */
#ifndef REPORTS_COMPARE_MARKDOWN_H
#define REPORTS_COMPARE_MARKDOWN_H

#include "reports/compare.h"

enum { COMPARE_MARKDOWN_MAX = 60000 };

/* Adds the comment to out, a newline at its end. */
void compare_markdown_write(struct buffer *out, const struct comparison *c);

#endif

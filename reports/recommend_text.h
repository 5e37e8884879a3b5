/* recommend_text.h -- a recommendation for the terminal: before and after, each change, and how it was proved. */
#ifndef REPORTS_RECOMMEND_TEXT_H
#define REPORTS_RECOMMEND_TEXT_H

#include "reports/recommend.h"

void recommend_text_write(struct buffer *out, const struct recommendation *r);

#endif

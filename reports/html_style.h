/* html_style.h -- the style sheet of the page: light, dark and print. */
#ifndef REPORTS_HTML_STYLE_H
#define REPORTS_HTML_STYLE_H

/* Its pieces, in order, closed by null. */
extern const char *const html_style[];

#endif

#include <criterion/criterion.h>

#include <string.h>

#include "reports/svg.h"

static const struct svg_series series[] = {{"used", "use of a & b"}, {"c2", "idle"}, {"change", "a change"}};

static const char *tidy(const char *gnuplot)
{
    static struct buffer out;
    struct svg s = {.width = 470,
                    .height = 190,
                    .number = 7,
                    .title = "CPU <cores>",
                    .description = "most 3.1",
                    .series = series,
                    .count = 3};
    buffer_clear(&out);
    svg_tidy(&out, &s, gnuplot, strlen(gnuplot));
    return out.at;
}

static void assert_drawn(const char *gnuplot, const char *wanted)
{
    const char *svg = tidy(gnuplot);
    cr_assert_not_null(strstr(svg, wanted), "not there: %s\n%s", wanted, svg);
}

Test(svg, a_drawing_has_a_title_and_a_description_that_its_role_names)
{
    cr_assert_str_eq(tidy(""),
                     "<svg viewBox=\"0 0 470 190\" role=\"img\" aria-labelledby=\"chart-7-title chart-7-text\">\n"
                     "<title id=\"chart-7-title\">CPU &lt;cores&gt;</title>\n"
                     "<desc id=\"chart-7-text\">most 3.1</desc>\n</svg>");
}

Test(svg, a_path_in_the_colour_of_a_series_takes_its_class_and_name)
{
    assert_drawn(
        "<path stroke='rgb(  1,   0,   0)'  d='M37.75,189.67 L316.77,172.50 \n\t\tL400.04,10.06 M1.00,2.00 L3.00,4.00 '/>",
        "<path class=\"line used\" d=\"M37.8,189.7 316.8,172.5 400.0,10.1M1.0,2.0 3.0,4.0\">"
        "<title>use of a &amp; b</title></path>");
}

Test(svg, lines_of_grid_and_axis_keep_only_what_they_are)
{
    assert_drawn("<path stroke='gray' stroke-dasharray='2,4' class=\"gridline\"  d='M37.75,224.00 L874.82,224.00  '/>",
                 "<path class=\"grid\" d=\"M37.8,224.0 874.8,224.0\"/>");
    assert_drawn("<path stroke='black'  d='M37.75,18.01 L37.75,224.00 '/>", "<path class=\"axis\" d=\"");
}

Test(svg, areas_and_points_take_their_classes_too)
{
    assert_drawn("<polygon fill = 'rgb(  1,   0,   1)' fill-opacity = '0.2' points = '37.75,224.00 316.77,189.67 '/>",
                 "<polygon class=\"area c2\" points=\"37.8,224.0 316.8,189.7\"><title>idle</title></polygon>");
    assert_drawn(
        "<use xlink:href='#gpPt6' transform='translate(54.53,224.00) scale(4.50)' color='rgb(  1,   0,   2)'/>",
        "<circle class=\"mark change\" cx=\"54.5\" cy=\"224.0\" r=\"3\"><title>a change</title></circle>");
}

Test(svg, labels_stand_where_their_group_says)
{
    assert_drawn("<g transform=\"translate(29.36,227.90)\" stroke=\"none\" fill=\"black\" text-anchor=\"end\">\n"
                 "\t\t<text> 1,000</text>\n\t</g>",
                 "<text class=\"end\" x=\"29.4\" y=\"227.9\">1,000</text>");
}

Test(svg, definitions_ids_and_colours_of_gnuplot_are_left_out)
{
    const char *svg =
        tidy("<defs><path id='gpPt0' stroke='rgb(  1,   0,   1)' d='M-1,0 h2'/></defs>\n"
             "<g id=\"gnuplot_plot_1\" ><title>gnuplot_plot_1</title></g>"
             "<polygon fill = 'rgb( 9,   9,   1)' points = '1,2 3,4'/><path stroke='rgb(  1,   0,   3)'  d='M1,2'/>");
    cr_assert_null(strstr(svg, "gnuplot"));
    cr_assert_null(strstr(svg, "gpPt"));
    cr_assert_null(strstr(svg, "polygon"));
    cr_assert_null(strstr(svg, "c2"));
}

Test(svg, text_is_escaped_also_within_quotes_and_loses_control_characters)
{
    struct buffer b = {0};
    svg_escape(&b, "<b a=\"1\">&\x01\x02\ttab</b>");
    cr_assert_str_eq(b.at, "&lt;b a=&quot;1&quot;&gt;&amp;\ttab&lt;/b&gt;");
    buffer_drop(&b);
}

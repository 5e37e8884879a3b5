/* Whatever the CSV reader takes, the writer writes so that it reads back the same. */
#include <assert.h>
#include <string.h>

#include "sim/base/csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_table(struct buffer *out, const struct csv *csv)
{
    struct csv_writer w = {.out = out};
    for (uint32_t column = 0; column < csv->columns; column++) {
        csv_add_text(&w, csv->text + csv->header[column]);
    }
    csv_end_row(&w);
    for (uint32_t row = 0; row < csv->rows; row++) {
        for (uint32_t column = 0; column < csv->columns; column++) {
            csv_add_text(&w, csv_text(csv, row, column));
            assert(csv_mark(csv, row, column).line > row);
        }
        csv_end_row(&w);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a = arena_make(4096);
    struct fail fail = {0};
    struct csv csv, again;
    bool good = csv_read(&a, "fuzz", (const char *)data, size, &csv, &fail);
    assert(good == (fail.kind == FAIL_NONE));
    if (good) {
        struct buffer out = {0};
        write_table(&out, &csv);
        bool reread = csv_read(&a, "again", out.at, out.count, &again, &fail);
        assert(reread && again.rows == csv.rows && again.columns == csv.columns);
        for (uint32_t i = 0; i < csv.rows * csv.columns; i++) {
            assert(strcmp(csv.text + csv.cells[i], again.text + again.cells[i]) == 0);
        }
        buffer_drop(&out);
    }
    arena_drop(&a);
    return 0;
}

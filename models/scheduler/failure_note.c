#include "models/scheduler/failure_note.h"

#include <stdio.h>

/* A count of a reason, and which: two lie in each number behind the first two. */
#define PACKED_REASONS 8
#define PACKED_COUNT UINT32_C(0xffffff)

static void render_failure(const struct sim *sim, const struct note *note, char *text, size_t size)
{
    struct verdict_counts counts = {.nodes = (uint32_t)note->numbers[0],
                                    .absent = (uint32_t)((uint64_t)note->numbers[0] >> 32),
                                    .unresolvable = (uint32_t)note->numbers[1],
                                    .absent_plugins = (uint32_t)((uint64_t)note->numbers[1] >> 32)};
    for (unsigned i = 0; i < PACKED_REASONS; i++) {
        uint32_t packed = (uint32_t)((uint64_t)note->numbers[2 + i / 2] >> (i % 2 * 32));
        counts.by[packed >> 24] += packed & PACKED_COUNT;
    }
    struct buffer message = {0}, event = {0};
    verdict_message(&message, &counts, &world_pod(&sim->world, note->row)->template->requests, note->texts[0],
                    note->texts[1]);
    verdict_event(&event, message.at);
    snprintf(text, size, "%s", event.at);
    buffer_drop(&message);
    buffer_drop(&event);
}

static void render_unknown(const struct sim *sim, const struct note *note, char *text, size_t size)
{
    (void)sim;
    snprintf(text, size, "no scheduler is named %s: the pod stays Pending", note->texts[0]);
}

void failure_note(struct sim *sim, const struct placer *placer, uint32_t row, const struct placer_result *result,
                  const char *preempt)
{
    struct verdict_counts counts = placer_counts(placer);
    struct note note = {.model = "scheduler",
                        .object = NOTE_POD,
                        .row = row,
                        .warning = true,
                        .reason = "FailedScheduling",
                        .render = render_failure};
    note.numbers[0] = (int64_t)((uint64_t)counts.nodes | (uint64_t)counts.absent << 32);
    note.numbers[1] = (int64_t)((uint64_t)counts.unresolvable | (uint64_t)counts.absent_plugins << 32);
    note.texts[0] = result->pre_filter;
    note.texts[1] = preempt;
    unsigned packed = 0;
    for (uint32_t r = 0; r < REASONS && packed < PACKED_REASONS; r++) {
        if (counts.by[r] > 0) {
            uint64_t both = r << 24 | (counts.by[r] > PACKED_COUNT ? PACKED_COUNT : counts.by[r]);
            note.numbers[2 + packed / 2] |= (int64_t)(both << (packed % 2 * 32));
            packed++;
        }
    }
    sim_note(sim, &note);
}

void failure_note_unknown(struct sim *sim, uint32_t row)
{
    sim_note(sim, &(struct note){.model = "scheduler",
                                 .object = NOTE_POD,
                                 .row = row,
                                 .warning = true,
                                 .reason = "UnknownScheduler",
                                 .texts = {world_pod(&sim->world, row)->template->scheduler},
                                 .render = render_unknown});
}

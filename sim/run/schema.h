/* schema.h -- the tables of a recorded run: a public contract, explained in reports/README.md.
 *
 * The version goes up whenever a table or the meaning of a column changes.
 */
#ifndef SIM_RUN_SCHEMA_H
#define SIM_RUN_SCHEMA_H

#define SCHEMA_VERSION 3

/* Statements that make the tables; indexes come after the load. */
extern const char schema_tables[];
extern const char schema_indexes[];

#endif

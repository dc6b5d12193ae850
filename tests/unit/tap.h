/*
 * tap: checks in C, reported in TAP, the Test Anything Protocol.
 *
 *     int main(void)
 *     {
 *         plan(1);
 *         ok(text_width("部") == 2, "a kanji is %d columns wide", 2);
 *         return done();
 *     }
 *
 * The plan is a number in the source, and is printed before the first check. So the test fails if a
 * check is skipped by mistake (a loop left early, an empty table, an exit in the middle). Whoever
 * adds or removes a check must change the plan.
 *
 * Contract: for a test that is one C file. plan() comes before the first check; done() is called
 * once, last.
 */
#ifndef TAP_H
#define TAP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

static int tap_planned, tap_checks, tap_failed;

/* Announces the number of checks that will follow. */
static void plan(int checks)
{
    tap_planned = checks;
    printf("1..%d\n", checks);
    fflush(stdout); /* a test that forks would print it twice */
}

/* Makes one check, whose name is a format of printf. Returns the condition. */
static bool ok(bool condition, const char *format, ...)
{
    va_list arguments;

    tap_checks++;
    if (!condition) tap_failed++;
    printf("%s %d - ", condition ? "ok" : "not ok", tap_checks);
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    putchar('\n');
    fflush(stdout); /* else a crash after this would lose the line */
    return condition;
}

/* Reports planned checks that cannot be made here, for lack of `missing`. */
static inline void skip(int checks, const char *what, const char *missing)
{
    while (checks-- > 0) printf("ok %d - %s # SKIP %s\n", ++tap_checks, what, missing);
    fflush(stdout);
}

/* Compares the plan with the checks made, and returns the exit status. */
static int done(void)
{
    if (tap_checks != tap_planned) {
        printf("# %d checks were planned, and %d were made\n", tap_planned, tap_checks);
    }
    return tap_failed == 0 && tap_checks > 0 && tap_checks == tap_planned ? 0 : 1;
}

#endif

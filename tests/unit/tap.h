/*
 * tap: checks in C, told in TAP, the Test Anything Protocol.
 *
 *     int main(void)
 *     {
 *         plan(1);
 *         ok(text_width("部") == 2, "a kanji is %d columns wide", 2);
 *         return done();
 *     }
 *
 * The plan is a number that stands in the source, and is printed before the first check. A check
 * that is passed over (a loop left early, a table of no rows, an exit in the middle) therefore
 * fails the test: whoever adds or removes a check changes the plan.
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

/* So many calls of ok() and skip() will follow. */
static void plan(int checks)
{
    tap_planned = checks;
    printf("1..%d\n", checks);
    fflush(stdout); /* a test that forks would print it twice */
}

/* One check. Its name has the form of printf's. Returns the condition. */
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
    fflush(stdout); /* a crash after this must not take it along */
    return condition;
}

/* So many planned checks cannot be made here, for lack of `missing`. */
static inline void skip(int checks, const char *what, const char *missing)
{
    while (checks-- > 0) printf("ok %d - %s # SKIP %s\n", ++tap_checks, what, missing);
    fflush(stdout);
}

/* Prints what became of the plan, and returns the exit status. */
static int done(void)
{
    if (tap_checks != tap_planned) {
        printf("# %d checks were planned, and %d were made\n", tap_planned, tap_checks);
    }
    return tap_failed == 0 && tap_checks > 0 && tap_checks == tap_planned ? 0 : 1;
}

#endif

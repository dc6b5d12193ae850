/*
 * tap: checks in C, told in TAP, the Test Anything Protocol.
 *
 *     int main(void)
 *     {
 *         ok(text_width("部") == 2, "a kanji is %d columns wide", 2);
 *         return done();
 *     }
 *
 * Contract: for a test that is one C file. done() is called once, last.
 */
#ifndef TAP_H
#define TAP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

static int tap_checks, tap_failed;

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

/* Prints the plan and returns the exit status. */
static int done(void)
{
    printf("1..%d\n", tap_checks);
    return tap_failed == 0 && tap_checks > 0 ? 0 : 1;
}

#endif

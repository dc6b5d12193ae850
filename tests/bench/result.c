#include "result.h"

#include <stdio.h>

#include "watch.h"

void result_begin(struct result *r, const struct options *o)
{
    r->latencies = (struct histogram){0};
    r->done = 0;
    r->lost = 0;
    r->received = 0;
    r->sent = 0;
    r->end = 0;
    r->start = watch_clock();
    r->cpu_known = watch_cpu_of_all(o->watched, o->watched_count, &r->cpu);
    r->helper_known = o->helper > 0 && watch_cpu(o->helper, &r->helper);
}

void result_delivered(struct result *r)
{
    r->end = watch_clock();
}

void result_end(struct result *r, const struct options *o)
{
    uint64_t cpu_start = r->cpu;
    uint64_t helper_start = r->helper;

    if (r->end == 0) result_delivered(r);
    r->cpu_known = r->cpu_known && watch_cpu_of_all(o->watched, o->watched_count, &r->cpu);
    r->cpu -= cpu_start;
    r->helper_known = r->helper_known && watch_cpu(o->helper, &r->helper);
    r->helper -= helper_start;
}

void result_print_header(void)
{
    puts("what,members,load,deliveries,lost,seconds,server_cpu_seconds,cpu_seconds_per_million,"
         "deliveries_per_second,p50_us,p99_us,rss_per_member,rss_empty_kb,datagrams_received,"
         "datagrams_sent,helper_cpu_seconds");
}

/* The field `load`: what the server had to do. */
static void print_load(const struct options *o)
{
    if (o->rooms > 1 && !o->joins) printf("%lu rooms ", (unsigned long)o->rooms);
    if (o->joins)
        printf("%lu joining", (unsigned long)o->window);
    else if (o->messages == 0)
        printf("idle");
    else if (o->window > 0)
        printf("%lu in flight", (unsigned long)o->window);
    else if (o->rate_each > 0)
        printf("%g/s each", o->rate_each);
    else
        printf("%g/s", o->rate);
    if (o->beside >= 0) printf(" beside %g joins/s", o->beside);
}

/* One field: the number, or "-" if it is not known. */
static void print_field(bool known, int digits, double value)
{
    if (known)
        printf(",%.*f", digits, value);
    else
        printf(",-");
}

void result_print(const struct result *r, const struct options *o)
{
    double done = (double)r->done;
    double seconds = (double)(r->end - r->start) / 1e9;
    double cpu = (double)r->cpu / 1e9;
    double grown = (double)r->memory_joined - (double)r->memory_empty;
    bool some = r->done > 0;

    printf("%s,%lu,", o->label, (unsigned long)o->members);
    print_load(o);
    printf(",%.0f,%lu", done, (unsigned long)r->lost);
    print_field(true, 3, seconds);
    print_field(r->cpu_known, 6, cpu);
    print_field(r->cpu_known && some, 3, some ? cpu / done * 1e6 : 0);
    print_field(some, 0, done / seconds);
    print_field(some, 1, (double)histogram_quantile(&r->latencies, 0.50) / 1e3);
    print_field(some, 1, (double)histogram_quantile(&r->latencies, 0.99) / 1e3);
    print_field(r->memory_known, 0, grown / (double)o->members);
    print_field(r->memory_known, 0, (double)r->memory_empty / 1024);
    print_field(!o->joins, 0, (double)r->received);
    print_field(!o->joins, 0, (double)r->sent);
    print_field(r->helper_known, 6, (double)r->helper / 1e9);
    putchar('\n');
    fflush(stdout);
}

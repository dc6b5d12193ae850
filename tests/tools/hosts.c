/*
 * hosts: a getaddrinfo() that replaces the system's in tests, with LD_PRELOAD.
 *
 * It accepts numeric addresses, and the names in the file FAKE_HOSTS, one a line:
 *
 *     NAME ADDRESS...
 *
 * with the addresses in that order. The look-up of any other name waits until the file has it, as
 * if the name server did not answer. A name without an address does not exist. The file is read
 * again each time.
 */
#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { LINE = 1024 };

struct node {
    struct addrinfo info;
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } is;
};

/* False: not a numeric address. */
static bool put(const char *number, const struct addrinfo *hints, const char *service,
                struct addrinfo ***end)
{
    struct node *node = calloc(1, sizeof *node);
    uint16_t port = (uint16_t)(service ? atoi(service) : 0);

    if (!node) return false;
    node->info.ai_addr = &node->is.any;
    node->info.ai_socktype = hints ? hints->ai_socktype : SOCK_STREAM;
    if (inet_pton(AF_INET, number, &node->is.v4.sin_addr) == 1) {
        node->info.ai_family = node->is.any.sa_family = AF_INET;
        node->info.ai_addrlen = sizeof node->is.v4;
        node->is.v4.sin_port = htons(port);
    } else if (inet_pton(AF_INET6, number, &node->is.v6.sin6_addr) == 1) {
        node->info.ai_family = node->is.any.sa_family = AF_INET6;
        node->info.ai_addrlen = sizeof node->is.v6;
        node->is.v6.sin6_port = htons(port);
    } else {
        free(node);
        return false;
    }
    if (hints && hints->ai_family != AF_UNSPEC && hints->ai_family != node->info.ai_family) {
        free(node);
        return true;
    }
    **end = &node->info;
    *end = &node->info.ai_next;
    return true;
}

/* False: the name is not in the file. */
static bool look(const char *name, const struct addrinfo *hints, const char *service,
                 struct addrinfo ***end)
{
    const char *path = getenv("FAKE_HOSTS");
    FILE *file = path ? fopen(path, "r") : NULL;
    char line[LINE];
    bool found = false;

    while (file && !found && fgets(line, sizeof line, file)) {
        char *word = strtok(line, " \n");
        found = word && strcmp(word, name) == 0;
        while (found && (word = strtok(NULL, " \n"))) put(word, hints, service, end);
    }
    if (file) fclose(file);
    return found;
}

int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints,
                struct addrinfo **result)
{
    static const struct timespec moment = {0, 50000000};
    struct addrinfo **end = result;

    *result = NULL;
    if (put(name, hints, service, &end)) return *result ? 0 : EAI_NONAME;
    if (hints && hints->ai_flags & AI_NUMERICHOST) return EAI_NONAME;
    while (!look(name, hints, service, &end)) nanosleep(&moment, NULL);
    return *result ? 0 : EAI_NONAME;
}

void freeaddrinfo(struct addrinfo *list)
{
    while (list) {
        struct addrinfo *next = list->ai_next;
        free((struct node *)(void *)list);
        list = next;
    }
}

#include "refusal.h"

#include <string.h>

#include "http_reply.h"

/* All pages have the same style sheet: the policy names it by its hash. */
#define STYLE                                                                                \
    "<style>\n"                                                                              \
    ":root { color-scheme: light dark; }\n"                                                  \
    "body { margin: 0; min-height: 100vh; display: grid; place-items: center;\n"             \
    "  color: light-dark(#1e2024, #eceae6); background: light-dark(#faf8f5, #191c1f);\n"     \
    "  font: 1rem/1.55 system-ui, \"Segoe UI\", \"Noto Sans\", sans-serif; }\n"               \
    "main { max-width: 30rem; padding: 24px; }\n"                                            \
    "h1 { margin: 0 0 12px; font-size: 1.5rem; line-height: 1.25; }\n"                       \
    "p { margin: 0 0 12px; }\n"                                                              \
    "code { font: .9em ui-monospace, monospace; }\n"                                         \
    "</style>\n"

static const char head[] =
    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<meta name=\"color-scheme\" content=\"light dark\">\n"
    "<link rel=\"icon\" href=\"data:,\">\n" STYLE "<title>";

static const char no_key[] =
    "<p>Either the chat program has been restarted and this tab is older, or this browser has "
    "never had the key.</p>\n"
    "<p>The terminal in which the program runs shows addresses with a key. Open the one that was "
    "printed last: it works once. If the program no longer runs, start it again with "
    "<code>make gui</code>.</p>\n";

const char *refusal_words(int status)
{
    switch (status) {
    case 403:
        return "This is somebody's chat window, and your browser has no key to it. The address "
               "that the program printed last has one. It works once.";
    case 421: return "There is nothing here of that name.";
    default: return http_reply_reason(status);
    }
}

static void put(struct buffer *out, const char *text)
{
    buffer_put(out, text, strlen(text));
}

void refusal_page(int status, struct buffer *out)
{
    const char *title = status == 403 ? "This window needs its key" : refusal_words(status);

    put(out, head);
    put(out, title);
    put(out, " \xE2\x80\x93 Chat</title>\n</head>\n<body>\n<main>\n<h1>");
    put(out, title);
    put(out, "</h1>\n");
    if (status == 403) put(out, no_key);
    put(out, "</main>\n</body>\n</html>\n");
}

void refusal_csp(char out[CSP_LIMIT])
{
    csp_line(text_of(STYLE), out);
}

#include "http_reply.h"

#include <stdint.h>
#include <stdio.h>

const char *http_reply_reason(int status)
{
    static const struct {
        int status;
        const char *reason;
    } reasons[] = {
        {200, "OK"}, {202, "Accepted"}, {204, "No Content"}, {303, "See Other"},
        {400, "Bad Request"}, {403, "Forbidden"}, {404, "Not Found"},
        {405, "Method Not Allowed"}, {408, "Request Timeout"}, {409, "Conflict"},
        {411, "Length Required"}, {413, "Content Too Large"}, {414, "URI Too Long"},
        {415, "Unsupported Media Type"}, {417, "Expectation Failed"},
        {421, "Misdirected Request"}, {429, "Too Many Requests"},
        {431, "Request Header Fields Too Large"}, {500, "Internal Server Error"},
        {501, "Not Implemented"}, {503, "Service Unavailable"},
        {505, "HTTP Version Not Supported"}};

    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
        if (reasons[i].status == status) return reasons[i].reason;
    }
    return "Unknown";
}

size_t http_reply_head(const struct http_reply *reply, char *out)
{
    char *at = out;

    at += sprintf(at, "HTTP/1.1 %d %s\r\n", reply->status, http_reply_reason(reply->status));
    if (reply->type) at += sprintf(at, "Content-Type: %.100s\r\n", reply->type);
    if (reply->size != HTTP_REPLY_STREAM && reply->status != 204) {
        at += sprintf(at, "Content-Length: %zu\r\n", reply->size);
    }
    if (!reply->keep) at += sprintf(at, "Connection: close\r\n");
    if (reply->more) at += sprintf(at, "%s", reply->more);
    return (size_t)(at - out + sprintf(at, "\r\n"));
}

/*
 * csp: the header Content-Security-Policy, which tells the browser what the page may do.
 *
 * Model: everything is forbidden except what the policy names. It names the page's own script and
 * style sheet by their SHA-256. If a mistake ever lets another script into the page, its hash
 * differs, and the browser does not run it. The page may send requests to its own origin only.
 *
 * Source: Content Security Policy Level 3, W3C, sections 2.3.1 and 6.
 * Contract: plain functions on memory.
 */
#ifndef CSP_H
#define CSP_H

#include "base/text.h"

enum { CSP_LIMIT = 512 }; /* bytes of the header line, with CR LF and the final zero */

/* The header line for a page that has one <script> and one <style>, without attributes. */
void csp_line(struct text page, char out[CSP_LIMIT]);

#endif

/*
 * csp: what the page may do, told to the browser in the header Content-Security-Policy.
 *
 * Model: everything is forbidden but what is named. The page's own script and style sheet are named
 * by their SHA-256: whatever else might find its way into the page, by a mistake of ours, has
 * another one, and the browser does not run it. Requests go to where the page came from, and
 * nowhere else.
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

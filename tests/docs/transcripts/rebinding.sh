#!/bin/sh
# Chapter 4, step 5: a page of another name comes to the careless server, and to the window.
. tests/docs/transcripts/session.sh

run 'cc -o web docs/steps/web.c'
behind './web 9001' heard listening
run 'cat docs/steps/talk4'
run 'tests/tools/talk -v 127.0.0.1 9001 docs/steps/talk4'
behind 'stage3/gui --no-open -w 9101' ready key=
run 'tests/tools/talk -v 127.0.0.1 9101 docs/steps/talk4'

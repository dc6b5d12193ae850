#!/bin/sh
# Chapter 4, step 1: the smallest web server, and what is said to it.
. tests/docs/transcripts/session.sh

run 'cc -o web docs/steps/web.c'
behind './web 9001' heard listening
run 'cat docs/steps/talk3'
run 'tests/tools/talk -v 127.0.0.1 9001 docs/steps/talk3'
run "tr -d '\\r' <heard"

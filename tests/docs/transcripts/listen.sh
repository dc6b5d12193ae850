#!/bin/sh
# Chapter 1, step 1: one datagram, seen from the receiving side.
. tests/docs/transcripts/session.sh

run 'cc -o listen docs/steps/listen.c'
behind './listen 9001' heard listening
run "echo 'alice send 05 \"alice\" \"hello\"' | tests/tools/talk 127.0.0.1 9001"
shows heard "68 65 6c 6c 6f"
run 'cat heard'

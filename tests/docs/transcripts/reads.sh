#!/bin/sh
# Chapter 2, step 1: two writes into a TCP connection, and what reading makes of them.
. tests/docs/transcripts/session.sh

run 'cc -o reads docs/steps/reads.c'
behind './reads 9001' seen listening
run 'cat docs/steps/talk2'
run 'tests/tools/talk 127.0.0.1 9001 docs/steps/talk2'
run 'sleep 2'
shows seen end
run 'cat seen'

#!/bin/sh
# Chapter 1, step 2: the relay of fifty lines works, and cuts a long message.
. tests/docs/transcripts/session.sh

run 'cc -o relay docs/steps/relay.c'
behind './relay 9001' ready relaying
run 'tests/tools/talk -v 127.0.0.1 9001 docs/steps/talk1'

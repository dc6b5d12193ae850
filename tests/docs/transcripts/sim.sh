#!/bin/sh
# Chapter 3: a hundred stories of the simulator.
. tests/docs/transcripts/session.sh

printf '$ SIM_SEEDS=100 tests/run.sh sim\n'
SIM_SEEDS=100 "$root/tests/run.sh" sim
